const ownTags = /<(?=\/?(?:context|step|text|thread|counterexample|caller_instructions|previous_attempt)\b)/gi

/** A text that a model or a user wrote, so that no tag in it can close or open one of the prompts' own. */
export const asData = (text: string): string => text.replace(ownTags, "‹")
