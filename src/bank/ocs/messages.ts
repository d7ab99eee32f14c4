import type { Refusal } from "../../accounts/access/Refusal.ts"
import type { AddressFault } from "../../platform/bounds/addressBounds.ts"
import type { BodyRefused } from "../../platform/bounds/BodyRefused.ts"
import type { TroubleKind } from "../../platform/DatabaseTrouble.ts"
import type { AnswerSource } from "../Answers.ts"
import type { UnansweredReason } from "../Unanswered.ts"
import { limits } from "../question/questionBounds.ts"
import type { BadQuestion } from "./OcsRequest.ts"

/** What people read beside an answer. */
export const foundMessage: Record<AnswerSource, string> = {
  memory: "缓存命中",
  bank: "题库命中",
  similar: "相似题命中，请核对题干",
  ai: "AI 作答，未经核对"
}

/** Beside an answer of a model that the database does not take now. */
export const unsavedMessage = "AI 作答，未经核对；题库暂时无法写入，这个答案还没有保存"

/** Beside an answer that the client would tick wrong in any form: a person ticks it. */
export const noSafeFormMessage = (texts: ReadonlyArray<string>): string =>
  `选项太相近，自动勾选会选错，请手动选择：${texts.join("；").slice(0, 2000)}`

/** Why there is no answer, in plain words for the person at the quiz page. */
export const unansweredMessage = (reason: UnansweredReason): string => {
  switch (reason._tag) {
    case "NoProvider":
      return "题库中没有这道题，且尚未配置 AI 服务：设置一个平台的 API Key（如 DEEPSEEK_API_KEY）并重启后即可作答"
    case "StillThinking":
      return "仍在思考，请稍后重试"
    case "Busy":
      return "排队的题目太多，请稍后重试"
    case "TookTooLong":
      return "AI 思考超时，请稍后重试"
    case "NoFit":
      return "AI 的答案与选项不符，已存入待审核，请人工作答"
    case "ImagesNotSeen":
      return reason.why === "refused"
        ? `这道题要看图才能作答，而 AI 服务（${reason.provider}）的当前模型不接受图片：请换用支持图片的模型`
        : "这道题要看图才能作答，而图片无法读取（地址打不开、格式不支持或超过 5 MB）"
    case "Ambiguous":
      return `题库中有 ${reason.count} 道题干相同、选项不同的题，请带上选项再查`
    case "BankUnavailable":
      return bankUnavailableMessage(reason.kind)
    case "ModelFailed":
      return ofModel(reason.provider, reason.reason._tag)
  }
}

/** What is wrong with the bank's database. */
export const bankUnavailableMessage = (kind: TroubleKind): string => {
  switch (kind) {
    case "locked":
      return "题库暂时被其他程序占用，请稍后重试"
    case "read_only":
      return "题库暂时无法写入，请稍后重试"
    case "full":
      return "磁盘空间不足，题库暂时无法写入，请稍后重试"
    case "failed":
      return "题库暂时无法读取，请稍后重试"
    case "gone":
    case "replaced":
    case "damaged":
      return "题库文件被移走、替换或损坏，需要管理员处理后重新启动"
  }
}

type Tag = Extract<UnansweredReason, { _tag: "ModelFailed" }>["reason"]["_tag"]
type Unpaid = Extract<Tag, "NoCredit" | "ModelNotPriced" | "CreditUnavailable">

const unpaid: Record<Unpaid, string> = {
  NoCredit: "账户余额不足，请充值后再试",
  ModelNotPriced: "当前模型没有标价，预付费账户无法使用，请联系管理员",
  CreditUnavailable: "暂时无法查询账户余额，请稍后重试"
}

const ofModel = (provider: string, tag: Tag): string =>
  isUnpaid(tag) ? unpaid[tag] : `AI 服务（${provider}）${failureOf(tag)}`

const isUnpaid = (tag: Tag): tag is Unpaid => Object.hasOwn(unpaid, tag)

const failureOf = (tag: Exclude<Tag, Unpaid>): string => {
  switch (tag) {
    case "RateLimited":
      return "请求过于频繁，请稍后重试"
    case "Overloaded":
      return "繁忙，请稍后重试"
    case "Unavailable":
      return "暂时不可用，请稍后重试"
    case "Timeout":
      return "响应超时，请稍后重试"
    case "Network":
      return "无法连接，请检查网络后重试"
    case "Malformed":
      return "返回了无法识别的内容，请稍后重试"
    case "AuthFailed":
      return "拒绝了 API Key，请检查配置"
    case "NoBalance":
      return "余额或额度不足，请充值或更换平台"
    case "BadRequest":
      return "不接受这个请求，请检查模型等配置"
    case "ModelNotFound":
      return "没有这个模型，请检查 model 配置"
    case "ContentFiltered":
      return "因内容规则拒绝作答"
    case "ContextTooLong":
      return "认为题目太长"
  }
}

/** What is wrong with a request. */
export const badQuestionMessage = (bad: BadQuestion): string => {
  switch (bad._tag) {
    case "NoTitle":
      return "没有题目：请在 title 中给出题干"
    case "TitleTooLong":
      return `题目太长：${bad.length} 个字符，上限 ${limits.titleCharacters}`
    case "TooManyOptions":
      return `选项太多：上限 ${limits.options} 个`
    case "OptionsTooLong":
      return `选项太长：共 ${bad.length} 个字符，上限 ${limits.optionCharacters}`
    case "TooManyImages":
      return `图片太多：上限 ${limits.images} 张`
    case "TooManyAddresses":
      return `网址太多：题目和选项中上限 ${limits.addresses} 个`
    case "BadForm":
      return "请求格式不对：需要 title（文字）、options（文字或列表）、type，用查询参数、JSON 或表单均可"
  }
}

/** Why a request is not served at all. */
export const refusedMessage = (refusal: Refusal): string => {
  switch (refusal._tag) {
    case "NoCredential":
      if (refusal.isForeignPage)
        return "网页直接提问需要密钥：请把题库配置的 type 设为 GM_xmlhttpRequest（经脚本管理器提问），或加上密钥，或把该网页的来源写进 server.cors_origins"
      return "需要密钥：请在题库配置的 headers 中加入 Authorization: Bearer <密钥>，或在网址后加上 ?token=<密钥>"
    case "BadCredential":
      return badCredentialMessage[refusal.why]
    case "MissingScope":
      return `密钥没有权限：缺少 ${refusal.scope} 权限，请换用有此权限的密钥`
    case "BodyRefused":
      return "请求体经过压缩（content-encoding），无法读取，请不要压缩"
    case "IdentityUnavailable":
      return "暂时无法核对密钥，请稍后重试"
    case "TooManyRequests":
      return refusal.window === "at_once"
        ? "同时进行的请求太多，请稍后重试"
        : `请求太频繁，请在 ${refusal.retryAfter} 秒后重试`
  }
}

const badCredentialMessage = {
  unknown: "密钥无效，请检查题库配置中的密钥",
  expired: "密钥已过期，请换用新的密钥",
  revoked: "密钥已被撤销，请换用新的密钥",
  inactive: "密钥所属的用户或账户已停用"
}

/** Why a body is not read. */
export const bodyRefusedMessage = ({ limit, why }: BodyRefused): string => {
  switch (why) {
    case "size":
      return "请求太大，无法处理"
    case "depth":
      return `请求格式不对：列表和对象嵌套太深，上限 ${limit} 层`
    case "values":
      return `请求格式不对：内容的项数太多，上限 ${limit}`
    case "text":
      return "请求格式不对：内容不是 UTF-8 编码"
  }
}

/** Why an address is not taken apart. */
export const addressRefusedMessage = (fault: AddressFault): string =>
  fault === "length" ? "网址太长，请改用 POST 请求" : "网址中的参数太多"

export const unreadableBodyMessage = "请求没有完整到达，请重试"
export const defectMessage = "服务内部出错，请稍后重试；日志中可按 request_id 查到原因"
