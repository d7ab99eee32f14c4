// Chat clients ask more of a model than people do: titles, tags, follow-up questions, search queries, completions of what is
// being typed. Each is one small task that any model does at once, and thinking it through would only cost.
import type { ChatMessage } from "../providers/ChatModel.ts"
import { lastUserText, textOf } from "./prompts/lastUserText.ts"

// How clients begin, in the system message or in the last one of the user. A question that merely speaks of such prompts
// does not begin like one.
const openings: ReadonlyArray<RegExp> = [
  // Open WebUI; `### Task: Respond to the user query using the provided context` is a person's question
  /^### Task:\s{1,4}(?:Generate a (?:concise|detailed prompt)|Generate \d(?:-\d)? (?:broad )?tags|Suggest \d(?:-\d)? (?:relevant )?follow-?up|Analyze the chat history to determine the necessity|You are an autocompletion system|Based on the chat history, determine)/i,
  /^Your task is to reflect the speaker's likely facial expression through a fitting emoji/i,
  /^Available Tools: [\s\S]{0,20000}?Your task is to choose and return the correct tool/i,
  // LobeChat, Cherry Studio
  /^You(?:'re| are) (?:a |an )?(?:professional |expert )?(?:conversation|chat|dialogue|session|thread|AI conversation) (?:summariz|titles?|naming|name)/i,
  /^You(?:'re| are) an? (?:assistant|AI|expert) (?:skilled|who is skilled|who's good|good|specializ\w+) (?:in|at) (?:conversations?|summariz\w+|extracting key takeaways|creating [\w\s-]{0,40}titles?)[\s\S]{0,300}(?:title|summar|compress)/i,
  /^Summari[sz]e the given session as a [\w-]{1,8} title/i,
  /^你(?:是|作为)?(?:一名|一个|一位)?(?:擅长|专业|精通)[^\n]{0,12}(?:会话|对话|聊天)[^\n]{0,60}(?:标题|摘要|总结|概要)/,
  /^你(?:是|作为)?(?:一名|一个|一位)?精通全世界语言的语言专家，你需要识别用户输入的内容/,
  /^(?:请)?(?:将|把)?(?:总结)?(?:给定的?|给出的?|上述|以上|下面的?)(?:会话|对话)[^\n]{0,40}(?:总结|概括|归纳)[^\n]{0,40}标题/,
  // NextChat
  /^(?:请)?使用四到五个字直接返回这句话的简要主题/,
  /^简要总结一下对话内容，用作后续的上下文提示/,
  /^Summari[sz]e (?:the|our) discussion briefly in \d+ words or less to use as a prompt/i,
  // LibreChat
  /^Please generate a concise title \(max \d+ characters\) for a conversation that starts with/i,
  /^Analy[sz]e this conversation and provide:\s{1,4}1\. The detected language/i,
  /^Detect user language and write in the same language an extremely concise title/i,
  /^In this environment you have access to a set of tools you can use to generate the conversation title/i,
  // Chatbox, HuggingChat, coding clients
  /^(?:Based on the chat history, )?give this (?:conversation|chat) a (?:short )?(?:name|title)\b/i,
  /^You are a (?:summarization AI|title generator|title generation assistant|session title generator)\b/i,
  /^You will (?:now )?(?:generate|write) a short title based on the first message/i,
  /^Analy[sz]e if this message indicates a new conversation topic/i,
  /^Summari[sz]e this (?:coding )?conversation in (?:under|at most|no more than|less than) \d+ (?:characters|words)/i,
  /^Summari[sz]e in an? \d+-word title/i,
  // search and suggestions: Perplexica, Cherry Studio, LangChain, Dify
  /^You are an AI (?:question rephraser|suggestion generator|search query generator)/i,
  /^You will be given a conversation (?:below )?and a follow[- ]?up question\. You need to rephrase/i,
  /^Given (?:the|a) (?:following |above )?(?:chat history|conversation)[\w\s]{0,30} and (?:a|the) follow[- ]?up (?:user )?(?:question|input)[\w\s]{0,60}, rephrase/i,
  /^Please (?:help me )?predict the (?:three|3) most likely questions that (?:a )?human would ask/i,
  // anybody's: an order to write a title, tags or follow-ups about this very conversation, and nothing else
  /^(?:please )?(?:generate|create|write|provide|suggest|come up with|produce)(?: me)? (?:a |an |up to |\d(?:\s?-\s?\d{1,2})? |three |five |some )?[^.?!\n]{0,60}?\b(?:title|tags|keywords|topic name|follow-?up questions|search quer(?:y|ies))\b[^.?!\n]{0,60}?\b(?:for|of|about|summari[sz]ing|describing|based on|from|on) (?:this|the|our|the following|the above|the previous|the current) (?:conversation|chat|dialogue|discussion|chat history|session|thread)\b(?! (?:between|in the (?:text|passage|story)))/i
]

// At the end of what the user said, after the conversation itself.
const endings: ReadonlyArray<RegExp> = [
  /(?:^|\n)请?总结上述(?:对话|会话)为\s?\d+\s?个字以内的标题[^\n]{0,120}$/,
  /(?:^|\n)(?:请)?使用四到五个字直接返回这句话的简要主题[^\n]{0,120}$/,
  /(?:^|\n)Please generate a (?:concise|short|four to five word) title[^\n]{0,240}$/i
]

const plainStart = 24_000

/** Whether a client's own small task is asked for (a title, tags, follow-up questions, a search query, a completion). */
export const isUtilityPrompt = (messages: ReadonlyArray<ChatMessage>): boolean => {
  const last = messages.at(-1)
  if (last === undefined || last.role !== "user") return false
  const asked = textOf(last).trim()
  const system = messages.find(({ role }) => role === "system")
  const starts = [asked, system === undefined ? "" : textOf(system).trim()].map((text) => text.slice(0, plainStart))
  return (
    starts.some((text) => openings.some((opening) => opening.test(text))) ||
    endings.some((ending) => ending.test(asked.slice(-600)))
  )
}

const courtesies = new Set(
  `hi|hii|hello|hello there|hi there|hey|hey there|yo|howdy|greetings|good morning|good afternoon|good evening|good night|hello world
|thanks|thank you|thank you very much|thank you so much|many thanks|thx|ty|thanks a lot|cheers|bye|goodbye|good bye|see you|see ya
|how are you|how are you doing|how is it going|hows it going|whats up|sup|nice to meet you|who are you|what are you|what can you do
|are you there|anyone there|test|testing|ping|this is a test|bonjour|hola|hallo|ciao|salut|merci|gracias|danke
|你好|您好|你好啊|你好呀|您好啊|大家好|嗨|哈喽|哈啰|嘿|喂|在吗|在么|在不在|你在吗|有人吗|早|早安|早上好|上午好|中午好|下午好|晚上好|晚安
|谢谢|谢谢你|谢谢您|谢谢啦|多谢|感谢|非常感谢|太感谢了|谢了|辛苦了|再见|拜拜|回头见|你是谁|你叫什么|你叫什么名字|你能做什么|你会什么|介绍一下你自己|测试|测试一下|试试
|こんにちは|おはよう|ありがとう|안녕하세요|안녕|привет|спасибо`
    .split("|")
    .map((word) => word.trim())
)

const longestCourtesy = 60

/** Whether nothing is asked: a greeting, thanks, a test, or nothing at all. Never with an image. */
export const isTrivialPrompt = (messages: ReadonlyArray<ChatMessage>): boolean => {
  const last = messages.at(-1)
  if (last === undefined) return true
  if (last.role !== "user") return last.role === "system"
  if (typeof last.content !== "string" && last.content.some(({ type }) => type === "image")) return false
  const said = lastUserText(messages)
  if (said.length > longestCourtesy) return said.trim() === ""
  const parts = said
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’]/g, "")
    .split(/[^\p{L}\p{N}\p{Sm}\p{Sc} ]+|~+/u)
    .map((part) => part.replace(/\s+/g, " ").trim())
    .filter((part) => part !== "")
  // marks alone ("?", "1+1" has digits and goes on) ask nothing that could be thought through
  return parts.every((part) => courtesies.has(part))
}
