import { escapeUTF8 as escape } from "entities"

/** What the home page tells. */
export interface HomeState {
  /** This server's address as the visitor sees it, without a slash at the end. */
  readonly base: string
  /** Whether everybody needs a key to ask. */
  readonly needsKey: boolean
  readonly questions: number
  /** The default model, for people; `undefined` when none is set up. */
  readonly model: string | undefined
  /** The OCS wrapper list as JSON text. */
  readonly wrapper: string
}

const style = `
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6577;--paper:#fbfaf7;--card:#fff;--line:#e4e1d8;--accent:#0b6e5f;--warn:#a15c00}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--soft:#9aa3b2;--paper:#14171c;--card:#1c2128;--line:#2e353f;--accent:#4cc2ae;--warn:#e0a04a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.65 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:44rem;margin:0 auto;padding:3rem 1.25rem}h1{font-size:2rem;margin:0}h2{font-size:1.05rem;margin:0 0 .6rem}
p{margin:.3rem 0}.soft{color:var(--soft)}section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.25rem;margin-top:1.1rem}
.state{display:flex;gap:.6rem;align-items:baseline}.dot{flex:none;width:.7rem;height:.7rem;border-radius:50%;background:var(--accent)}.dot.off{background:var(--warn)}
pre{overflow:auto;background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.8rem;font-size:.82rem;margin:.6rem 0}
button,input{font:inherit;border-radius:8px;border:1px solid var(--line);padding:.45rem .9rem;background:var(--card);color:inherit}
button{background:var(--accent);border-color:var(--accent);color:#fff;cursor:pointer}form{display:flex;gap:.5rem}input{flex:1;min-width:0}
a{color:var(--accent)}ul{margin:.3rem 0;padding-left:1.2rem}output{display:block;margin-top:.6rem;white-space:pre-wrap}`

// The page works without it but for copying and asking.
const script = `
const by=(id)=>document.getElementById(id);
by("copy").onclick=async()=>{const text=by("wrapper").textContent;try{await navigator.clipboard.writeText(text)}catch{const r=document.createRange();r.selectNodeContents(by("wrapper"));const s=getSelection();s.removeAllRanges();s.addRange(r);document.execCommand("copy")}by("copy").textContent="已复制 Copied"};
by("ask").onsubmit=async(e)=>{e.preventDefault();const out=by("answer");out.textContent="…";try{const r=await(await fetch("api/v1/query?title="+encodeURIComponent(by("title").value))).json();out.textContent=r.code===1?r.answer+"\\n（"+r.msg+"，可信度 "+Math.round(r.confidence*100)+"%）":r.msg}catch{out.textContent="连接失败 Connection failed"}};`

export const homePage = ({ base, model, needsKey, questions, wrapper }: HomeState): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Siku 思库</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Siku 思库</h1>
<p class="soft">自托管的答题服务：先查题库，再问 AI，每个答案都说明出处。<br>A self-hosted answer service: the bank first, then AI; every answer says where it came from.</p>

<section>
<p class="state"><span class="dot"></span><span>题库就绪，共 ${questions} 题 · The bank is ready with ${questions} questions</span></p>
<p class="state">${
  model === undefined
    ? `<span class="dot off"></span><span>尚未配置 AI：设置一个平台的 API Key（如 <code>DEEPSEEK_API_KEY</code>）后重启 · No AI yet: set one platform's API key and restart</span>`
    : `<span class="dot"></span><span>AI 已配置 · AI is set up: ${escape(model)}</span>`
}</p>
</section>

<section>
<h2>试一试 · Try it</h2>
<form id="ask"><input id="title" aria-label="题目" placeholder="中国的首都是哪里？" required><button>提问 Ask</button></form>
<output id="answer"></output>
</section>

<section>
<h2>OCS 题库配置 · OCS set-up</h2>
<p>复制下面的内容，粘贴到 OCS 的「题库配置」；或导入地址 <a href="api/v1/ocs/config">${escape(base)}/api/v1/ocs/config</a></p>
<pre id="wrapper">${escape(wrapper)}</pre>
${
  needsKey
    ? `<p>提问需要密钥：导入地址写成 <code>${escape(base)}/api/v1/ocs/config?token=sk-siku-…</code>，得到的配置里就带好了密钥 · Asking takes a key: import that address with <code>?token=sk-siku-…</code></p>\n`
    : ""
}<button id="copy" type="button">复制 Copy</button>
</section>

<section>
<h2>更多 · More</h2>
<ul>
<li><a href="docs">接口文档 API reference</a>（<a href="redoc">Redoc</a>，<a href="openapi.json">OpenAPI</a>）</li>
<li><a href="health/ready">健康状态 Health</a></li>
</ul>
</section>
</main>
<script>${script}</script>
</body>
</html>
`
