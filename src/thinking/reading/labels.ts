// Lines that say what they hold: `STATUS: done`, `**答案：** 42`, `> Confidence = 85%`.

export type Label = "status" | "answer" | "confidence"

const labelled =
  /^[\s>#*_`~+•·-]{0,20}(?:(?<status>status|状态|狀態|statut|estado|статус|状況|ステータス|상태)|(?<answer>(?:the |my )?(?:final |correct )?answer(?: is)?|(?:最终|最后|正确|参考|最終)?(?:的)?(?:答案|答复|答え|解答|答|回答)(?:是|为|は)?|(?:end|schluss)?antwort|r[ée]ponse(?: finale)?|respuesta(?: final)?|risposta(?: finale)?|resposta(?: final)?|(?:окончательный )?ответ|(?:최종 ?)?(?:정답|답변|답))|(?<confidence>(?:my )?confidence(?: level| score)?|置信度|信心|把握|konfidenz|vertrauen|sicherheit|confiance|confianza|confiança|fiducia|уверенность|достоверность|確信度|信頼度|自信度|신뢰도|확신도))[\s*_`]{0,8}[:：=][^\S\n]{0,8}(?<value>.*)$/is

export interface LabelledLine {
  readonly label: Label
  readonly value: string
}

/** What a line is labelled with, without marks of emphasis; `undefined` for any other line. */
export const labelledLine = (line: string): LabelledLine | undefined => {
  if (!/[:：=]/.test(line)) return undefined
  const groups = labelled.exec(line)?.groups
  if (groups === undefined) return undefined
  const label = groups["status"] !== undefined ? "status" : groups["answer"] !== undefined ? "answer" : "confidence"
  return { label, value: withoutEmphasis(groups["value"] ?? "") }
}

/** Without asterisks or backticks around it, or only at one end of it, where the other stands around its label. */
export const withoutEmphasis = (raw: string): string => {
  let text = raw.trim()
  for (const mark of ["**", "*", "`"]) {
    const starts = text.startsWith(mark)
    const ends = text.endsWith(mark) && text.length > mark.length
    if (starts && ends) text = text.slice(mark.length, -mark.length).trim()
    else if (starts && !text.includes(mark, mark.length)) text = text.slice(mark.length).trim()
    else if (ends && text.indexOf(mark) === text.length - mark.length) text = text.slice(0, -mark.length).trim()
  }
  return text
}
