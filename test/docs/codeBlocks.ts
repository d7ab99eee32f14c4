/** The code of a Markdown text in one language, block by block. */
export const codeBlocks = (markdown: string, language: string): ReadonlyArray<string> =>
  Array.from(markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm")), ([, code = ""]) => code)
