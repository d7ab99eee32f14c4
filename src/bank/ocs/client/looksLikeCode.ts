// 4.14 leaves the marks ; and | in an answer alone where it takes it for a program: two points are enough.
const twoPoints: ReadonlyArray<RegExp> = [
  /#include\s*[<"]/,
  /#define\s+\w/,
  /#!\//,
  /\b(?:int|void|float|double|char|long|short)\s+main\s*\(/,
  /\bfunction\s+\w+\s*\(/,
  /\bdef\s+\w+\s*\(/,
  /\bpublic\s+(?:class|static|void|int|float|double|String|final)\b/,
  /\bprivate\s+(?:class|static|void|int|float|double|String|final)\b/,
  /\bprotected\s+(?:class|static|void|int|float|double|String|final)\b/,
  /\bprintf\s*\(/,
  /\bscanf\s*\(/,
  /\bcout\s*<</,
  /\bcin\s*>>/,
  /System\.out\./,
  /console\.log\s*\(/,
  /\bpackage\s+[\w.]+\s*;/,
  /\bimport\s+[\w.*]+\s*;/,
  /\bclass\s+\w+\s*\{/,
  /\bstruct\s+\w+\s*\{/
]
const onePoint: ReadonlyArray<RegExp> = [
  /=>/,
  /->/,
  /::/,
  /\+\+/,
  /--/,
  /[+\-*/%]=/,
  /\bnew\s+\w+\s*\(/,
  /\bfor\s*\(/,
  /\bwhile\s*\(/,
  /\bif\s*\(/,
  /\bswitch\s*\(/,
  /\btypedef\s+/,
  /\b(?:int|float|double|char|void|bool|boolean|long|short|String|auto|const|let|var)\s+\w+/,
  /\bsizeof\s*\(/,
  /\bmalloc\s*\(/,
  /\bfree\s*\(/,
  /\bcout\b/,
  /\bcin\b/,
  /\{[\s\S]*\}|\}[\s\S]*\{/,
  /;/
]

/** Whether the client takes a text with one of these marks for a program. */
export const looksLikeCode = (text: string): boolean => {
  if (!/[;|；]/.test(text)) return false
  const count = (patterns: ReadonlyArray<RegExp>) => patterns.filter((pattern) => pattern.test(text)).length
  return 2 * count(twoPoints) + count(onePoint) >= 2
}
