import type { QuestionType } from "../QuestionType.ts"

// What stands in the places of options where there are none: names of blanks, and the buttons of a page's editor.
const nameOfBlank =
  /^(?:第\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*个?空|(?:填?空|blank|答案)\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?|[(（[]\s*\d{1,2}\s*[)）\]]|_{2,}|[(（]\s*[)）])\s*[:：.、]?\s*_*$/i
const nameOfButton =
  /^(?:段落格式|字体|字号|段落|格式|粗体|斜体|下划线|插入图片|上传附件|点击上传|请输入(?:答案|内容)?|paragraph|font(?: ?(?:family|size))?)$/i

/** The options without those that are none: all of them, or none. */
export const withoutIdleOptions = (options: ReadonlyArray<string>, type: QuestionType): ReadonlyArray<string> => {
  if (options.length === 0 || type === "single" || type === "multiple" || type === "judgement") return options
  return options.every((option) => nameOfBlank.test(option)) || options.every((option) => nameOfButton.test(option))
    ? []
    : options
}
