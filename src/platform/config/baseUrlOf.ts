/** The address of an API; people copy the one of its endpoint as often. */
export const baseUrlOf = (url: string): string => url.replace(/\/chat\/completions\/?$/i, "").replace(/\/+$/, "")
