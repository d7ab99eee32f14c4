import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { canonicalMaths } from "../../src/bank/maths/canonicalMaths.ts"
import { optionKey, plainText, titleKey } from "../../src/bank/normalise.ts"

const tex = String.raw
const math = (inner: string) => `<math xmlns="http://www.w3.org/1998/Math/MathML">${inner}</math>`

// The same formula in the forms that sites send it in.
const same: ReadonlyArray<ReadonlyArray<string>> = [
  ["求x的值", tex`求$x$的值`, tex`求\(x\)的值`, tex`求$$x$$的值`, tex`求\[x\]的值`],
  ["1/2", tex`\frac{1}{2}`, tex`\dfrac12`, tex`$\tfrac{1}{2}$`, tex`\(\frac 1 2\)`],
  ["(a+b)/c", tex`\frac{a+b}{c}`, tex`$\frac{(a+b)}{c}$`, tex`\frac{ a + b }{ c }`],
  ["1/(x+1)", tex`\frac{1}{x+1}`, tex`$\frac1{x+1}$`],
  ["1/(2x)", tex`\frac{1}{2x}`],
  ["2x/3", tex`\frac{2x}{3}`],
  ["2 1/3", tex`2\frac{1}{3}`],
  ["(a/b)^2", tex`\left(\frac{a}{b}\right)^{2}`, tex`{\frac{a}{b}}^2`],
  ["a/(b/c)", tex`\frac{a}{\frac{b}{c}}`],
  ["(a/b)/c", tex`\frac{\frac{a}{b}}{c}`],
  ["x^(1/2)", tex`x^{\frac{1}{2}}`, "x<sup>1/2</sup>"],
  ["√2", tex`\sqrt{2}`, tex`\sqrt2`, tex`$\sqrt 2$`, tex`\sqrt[2]{2}`],
  ["√(x+1)", tex`\sqrt{x+1}`],
  ["1/√2", tex`\frac{1}{\sqrt{2}}`],
  ["∛8", tex`\sqrt[3]{8}`],
  ["x^2", "x²", tex`x^{2}`, tex`$x^2$`, "x<sup>2</sup>", tex`{x}^{2}`],
  ["10^-3", "10⁻³", tex`10^{-3}`, "10<sup>-3</sup>", "10<sup>&minus;3</sup>"],
  ["x^(n+1)", tex`x^{n+1}`, "x<sup>n+1</sup>", "xⁿ⁺¹"],
  ["e^(2x)", tex`e^{2x}`, "e<sup>2x</sup>"],
  ["x1", "x₁", tex`x_{1}`, "x_1", tex`$x_1$`, "x<sub>1</sub>"],
  [tex`a_{n+1}`, tex`$a_{n+1}$`, "a<sub>n+1</sub>", "aₙ₊₁"],
  ["an", tex`a_{n}`, tex`$a_n$`, "a<sub>n</sub>", "aₙ"],
  ["H2O", "H₂O", "H<sub>2</sub>O", tex`\mathrm{H_2O}`, tex`$\rm H_{2}O$`],
  ["SO4^2-", "SO₄²⁻", tex`$SO_4^{2-}$`, tex`\mathrm{SO}_4^{2-}`, "SO<sub>4</sub><sup>2-</sup>"],
  [tex`$x_1^2$`, tex`$x^2_1$`, tex`x_{1}^{2}`, "x1^2"],
  ["3×4", tex`3\times 4`, tex`$3 \times 4$`, "3&times;4"],
  ["6÷2", tex`6\div2`, "6&divide;2"],
  ["a·b", tex`a\cdot b`, "a&middot;b"],
  ["x≤5", tex`x\leq 5`, tex`x \le 5`, tex`$x<=5$`, "x&le;5", tex`x\leqslant5`],
  ["x≥5", tex`x\geq 5`, tex`\(x>=5\)`, "x&ge;5"],
  ["x≠5", tex`x\neq 5`, tex`x\ne5`, tex`$x!=5$`, "x&ne;5"],
  ["a<b", tex`a\lt b`, "a&lt;b"],
  ["π", tex`\pi`, tex`$\pi$`, "&pi;"],
  ["2πr", tex`2\pi r`, tex`$2\pi r$`, tex`2$\pi$r`],
  ["α+β=γ", tex`\alpha+\beta=\gamma`, "&alpha;+&beta;=&gamma;"],
  ["∞", tex`\infty`, "&infin;"],
  ["±1", tex`\pm 1`, "&plusmn;1"],
  ["sinx", tex`\sin x`, tex`$\sin{x}$`, tex`\sin{(x)}`.replace("{(x)}", "{x}")],
  ["sin^2x", tex`\sin^2 x`, tex`$\sin^{2}x$`],
  ["cosθ", tex`\cos\theta`, tex`\cos \theta`],
  ["90°", tex`90^\circ`, tex`90^{\circ}`, tex`90\degree`, "90&deg;"],
  ["50%", tex`50\%`.replace("50", "$50") + "$"],
  ["A∪B", tex`A\cup B`, tex`$A \cup B$`],
  ["{1,2}∩{2}", tex`\{1,2\}\cap\{2\}`, tex`$\left\{1,2\right\}\cap\left\{2\right\}$`],
  ["x∈R", tex`x\in\mathbb{R}`, tex`x\in R`, "x∈ℝ"],
  ["路程/时间", tex`\frac{路程}{时间}`, tex`$\frac{\text{路程}}{\text{时间}}$`],
  ["km/h", tex`\frac{\text{km}}{\text{h}}`, tex`\mathrm{km/h}`],
  ["f'(x)", tex`f^{\prime}(x)`, tex`$f'(x)$`, tex`f^\prime\left(x\right)`],
  ["x→0", tex`x\to 0`, tex`x\rightarrow0`],
  ["∠ABC=90°", tex`\angle ABC=90^{\circ}`, tex`$\angle ABC = 90^\circ$`],
  ["lim", tex`\lim`],
  ["∫0^1x^2dx", tex`\int_0^1 x^2 dx`, tex`$\int_{0}^{1}x^{2}\,\mathrm{d}x$`],
  [tex`\sum_{i=1}^{n}i`, tex`$\sum\limits_{i=1}^n i$`, tex`\sum _{i=1}^{n} i`],
  [tex`\vec{a}\cdot\vec{b}`, tex`$\overrightarrow{a} \cdot \overrightarrow{b}$`],
  [tex`\log_2 8`, tex`$\log_{2}8$`, "log₂8", "log<sub>2</sub>8"],
  ["当x≤5时", tex`当$x\leq5$时`, tex`$\text{当}x\leq 5\text{时}$`],
  ["y等于____", tex`y等于\underline{\qquad}`],
  // MathML
  ["(a+b)/c", math("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>")],
  [
    "x^2",
    math("<msup><mi>x</mi><mn>2</mn></msup>"),
    math("<mrow><msup><mi>x</mi><mrow><mn>2</mn></mrow></msup></mrow>")
  ],
  ["x1", math("<msub><mi>x</mi><mn>1</mn></msub>")],
  ["√(x+1)", math("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>")],
  ["∛8", math("<mroot><mn>8</mn><mn>3</mn></mroot>")],
  ["x≤5", math("<mi>x</mi><mo>&le;</mo><mn>5</mn>"), math("<mi>x</mi> <mo>&#x2264;</mo> <mn>5</mn>")],
  ["a<b", math("<mi>a</mi><mo>&lt;</mo><mi>b</mi>")],
  ["sinx", math("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>")],
  ["2x", math("<mn>2</mn><mo>&InvisibleTimes;</mo><mi>x</mi>")],
  ["(x,y)", math("<mfenced><mi>x</mi><mi>y</mi></mfenced>")],
  ["x1^2", math("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>")],
  [
    "x^2",
    math(
      "<semantics><msup><mi>x</mi><mn>2</mn></msup><annotation encoding='application/x-tex'>x^2</annotation></semantics>"
    )
  ],
  [tex`\vec{a}`, math("<mover><mi>a</mi><mo>→</mo></mover>")],
  ["π", "<m:math><m:mi>&pi;</m:mi></m:math>"]
]

// Two formulas that a careless reading takes for one.
const different: ReadonlyArray<readonly [string, string]> = [
  [tex`\frac{a+b}{c}`, "a+b/c"],
  [tex`\frac{a}{b+c}`, "a/b+c"],
  [tex`\frac{a}{bc}`, tex`\frac{a}{b}c`],
  [tex`\frac{1}{2x}`, tex`\frac{1}{2}x`],
  [tex`\frac{1}{23}`, tex`\frac{1}{2}3`],
  [tex`\frac{1}{x_1}`, tex`\frac{1}{x}1`],
  [tex`\frac{1}{ab}`, tex`\frac{1}{a}b`],
  [tex`2\frac{1}{3}`, tex`\frac{21}{3}`],
  [tex`2\frac{1}{3}`, tex`\frac{2}{3}`],
  [tex`\frac{a}{\frac{b}{c}}`, tex`\frac{\frac{a}{b}}{c}`],
  [tex`a/\frac{b}{c}`, "a/b/c"],
  [tex`(\frac{a}{b})^2`, tex`\frac{a}{b^2}`],
  [tex`{\frac{a}{b}}^2`, tex`\frac{a^2}{b}`],
  [tex`\frac{1}{2}`, tex`\frac{2}{1}`],
  [tex`\frac{1}{2}`, "12"],
  [tex`\sqrt{x+1}`, tex`\sqrt{x}+1`],
  [tex`\sqrt{2x}`, tex`\sqrt{2}x`],
  [tex`\sqrt{23}`, tex`\sqrt{2}3`],
  [tex`\sqrt{x_1}`, tex`\sqrt{x}1`],
  [tex`\sqrt[3]{x}`, tex`3\sqrt{x}`],
  [tex`\sqrt[5]{x}`, tex`5\sqrt{x}`],
  [tex`\sqrt{x}`, "x"],
  [tex`x^{2}`, "x2"],
  [tex`x^{2}`, tex`x_{2}`],
  [tex`x^{n+1}`, tex`x^n+1`],
  [tex`x^{2y}`, tex`x^2y`],
  [tex`x^{23}`, tex`x^{2}3`],
  ["x²3", "x^23"],
  ["x<sup>2</sup>3", "x<sup>23</sup>"],
  ["x<sup>n</sup>+1", "x<sup>n+1</sup>"],
  ["xⁿ+1", "xⁿ⁺¹"],
  [tex`x^{ab}`, tex`x^{a}b`],
  [tex`(x+1)^2`, tex`x+1^2`],
  [tex`{x+1}^2`, tex`x+1^2`],
  [tex`a_{n+1}`, tex`a_n+1`],
  ["a<sub>n+1</sub>", "a<sub>n</sub>+1"],
  ["aₙ₊₁", "aₙ+1"],
  [tex`a_{12}`, tex`a_{1}2`],
  [tex`\log_2 8`, tex`\log 28`],
  ["log₂8", "log28"],
  [tex`x\leq 5`, tex`x\geq 5`],
  [tex`x\leq 5`, tex`x<5`],
  [tex`x\neq 5`, "x=5"],
  [tex`x\in A`, tex`x\notin A`],
  [tex`A\subset B`, tex`A\subseteq B`],
  [tex`A\cup B`, tex`A\cap B`],
  [tex`3\times 4`, tex`3\div 4`],
  [tex`\vec{a}\times\vec{b}`, tex`\vec{a}\cdot\vec{b}`],
  [tex`\vec{a}`, "a"],
  [tex`\bar{x}`, "x"],
  [tex`\bar{x}`, tex`\hat{x}`],
  [tex`\overline{AB}`, "AB"],
  [tex`a\pm b`, tex`a\mp b`],
  [tex`\alpha`, tex`\beta`],
  [tex`\pi`, "pi"],
  [tex`\sin x`, tex`\cos x`],
  [tex`\sin^2 x`, tex`\sin x^2`],
  [tex`\sin^{-1}x`, tex`\sin x`],
  [tex`90^\circ`, "90"],
  [tex`90^\circ`, "90^0"],
  [tex`f^{\prime}(x)`, "f(x)"],
  [tex`\sum_{i=1}^{n}i`, tex`\sum_{i=0}^{n}i`],
  [tex`\int_0^1x dx`, tex`\int_1^0x dx`],
  [tex`\lim_{x\to0}f`, tex`\lim_{x\to1}f`],
  [tex`\lim_{x\to0^+}f`, tex`\lim_{x\to0^-}f`],
  [tex`x\to 0`, tex`x\uparrow 0`],
  [tex`p\Rightarrow q`, tex`q\Rightarrow p`],
  [tex`\forall x`, tex`\exists x`],
  [tex`|x|`, "x"],
  [tex`\neg p`, "p"],
  [tex`Fe^{3+}`, tex`Fe^{2+}`],
  [tex`Fe^{3+}2e`, tex`Fe^3+2e`],
  [tex`\begin{matrix}1&2\\3&4\end{matrix}`, tex`\begin{matrix}1&3\\2&4\end{matrix}`],
  [tex`\binom{n}{k}`, tex`\binom{k}{n}`],
  [tex`\binom{n}{k}`, tex`\frac{n}{k}`],
  [math("<mfrac><mi>a</mi><mi>b</mi></mfrac>"), math("<mfrac><mi>b</mi><mi>a</mi></mfrac>")],
  [math("<msup><mi>x</mi><mn>2</mn></msup>"), math("<msub><mi>x</mi><mn>2</mn></msub>")],
  [math("<msup><mi>x</mi><mn>2</mn></msup>"), math("<mi>x</mi><mn>2</mn>")],
  [math("<msqrt><mi>x</mi></msqrt><mo>+</mo><mn>1</mn>"), math("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>")],
  [
    math("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>"),
    math("<mi>a</mi><mo>+</mo><mfrac><mi>b</mi><mi>c</mi></mfrac>")
  ],
  ["10²等于多少", "102等于多少"],
  [tex`求$x$的值`, tex`求$y$的值`],
  ["$5 and $10", "5 and 10"],
  ["a_1b", "a1b"]
]

describe("formulas", () => {
  it.each(same.map((forms): [string, ReadonlyArray<string>] => [forms[0] ?? "", forms]))(
    "are one question in all forms of %s",
    (_, forms) => {
      for (const form of forms) {
        assert.strictEqual(titleKey(form), titleKey(forms[0] ?? ""), form)
        assert.strictEqual(optionKey(form), optionKey(forms[0] ?? ""), form)
        assert.strictEqual(titleKey(`已知${form}，求值`), titleKey(`已知${forms[0]}，求值`), form)
      }
    }
  )

  it.each(different)("%s is not %s", (a, b) => {
    assert.notStrictEqual(titleKey(a), titleKey(b))
    assert.notStrictEqual(optionKey(a), optionKey(b))
    assert.notStrictEqual(titleKey(`已知${a}，求值`), titleKey(`已知${b}，求值`))
  })

  it("stay readable in a title: LaTeX as it is, MathML as LaTeX", () => {
    assert.strictEqual(plainText(tex`求 $\frac{a}{b}$`), tex`求 $\frac{a}{b}$`)
    assert.strictEqual(
      plainText(`求${math("<mfrac><mi>a</mi><mi>b</mi></mfrac><mo>&lt;</mo><mn>1</mn>")}`),
      tex`求\(\frac{a}{b}\lt 1\)`
    )
    assert.strictEqual(plainText("a<sub>n+1</sub>"), "a_{n+1}")
  })

  it("may stand beside a blank", () => {
    for (const title of [tex`则$x$（ ）`, tex`则$x$____。`, tex`____则\(x\)____`, "则x"]) {
      assert.strictEqual(titleKey(title.replace(/^____/, "")), "则x", title)
    }
  })

  it("leave alone what only looks like one", () => {
    for (const text of [
      "$5 and $10",
      "US$5, HK$10, A B",
      "$5 and $, or A B",
      "echo $PATH:$HOME",
      "$a=$b",
      tex`printf("\n\t%d")`,
      tex`C:\new\temp`,
      "snake_case_1",
      "__init__",
      "a_1b",
      "i<=10",
      "a != b",
      "x^2",
      "{a, b}",
      "f(x)=2*x",
      "<math>元素的作用"
    ]) {
      assert.strictEqual(canonicalMaths(text), text)
    }
  })

  const alphabet = [
    "\\",
    "$",
    "^",
    "_",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    " ",
    "x",
    "n",
    "1",
    "2",
    "+",
    "/",
    "²",
    "₁",
    "中",
    "?",
    ".",
    "\\frac",
    "\\sqrt",
    "\\pi",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "\\text{",
    "\\left",
    "\\right",
    "\\begin{a}",
    "\\end{a}",
    "\\vec",
    "\\FRAC",
    "\\foo",
    "\\$",
    "<sup>",
    "</sup>",
    "<sub>",
    "</sub>",
    "<math>",
    "</math>",
    "<mi>",
    "</mi>",
    "&lt;",
    "$$",
    "<=",
    "~",
    "'",
    "１",
    "＄"
  ] as const
  const Hostile = Schema.Array(Schema.Literals(alphabet)).check(Schema.isMaxLength(24))

  it.prop(
    "give a key that is its own key",
    [Hostile],
    ([parts]) => {
      const key = titleKey(parts.join(""))
      // Escaped markup (`&lt;sup&gt;`) is text about markup, once; a key that holds some would be read as markup.
      if (!/<\/?su[bp]/.test(key)) assert.strictEqual(titleKey(key), key)
      const line = canonicalMaths(parts.join("").normalize("NFKC"))
      assert.strictEqual(canonicalMaths(line), line)
    },
    { arbitrary: { runs: 4000 } }
  )

  it("take no longer than their length asks for, however hostile", () => {
    const size = 20_000
    const fill = (part: string) => part.repeat(size / part.length)
    const hostile = [
      "\\frac{",
      "{",
      "x^{",
      "x_{",
      "$",
      "$x",
      "$$ ",
      "\\(",
      "\\[",
      "\\text{",
      "\\begin{a}",
      "\\frac",
      "\\sqrt[",
      "^",
      "_",
      "\\left(",
      "x_1",
      "\\vec",
      "$a$b",
      "\\\\",
      "\\{",
      "<math>",
      "<math><mi>",
      "<sub>",
      "<sup>1</sup>",
      "\\pi "
    ].map(fill)
    hostile.push(`<math>${fill("<mrow>")}</math>`, `${fill("<math>")}</math>`, fill("\\(") + fill("\\)"))
    for (const title of hostile) assert.isString(titleKey(title))
    // Deeper than anybody writes, a formula is text like any other.
    const deep = `${"\\sqrt{".repeat(200)}x${"}".repeat(200)}`
    assert.strictEqual(canonicalMaths(deep), deep)
  })
})
