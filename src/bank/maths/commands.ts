// What LaTeX commands stand for, as the characters that people type or paste for the same. A command that is not here stays
// in the text as it is.

const symbolTable = `
alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ
omicron ο pi π varpi π rho ρ varrho ρ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω
Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
times × div ÷ cdot · ast * star ⋆ circ ∘ bullet • pm ± mp ∓ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙
le ≤ leq ≤ leqslant ≤ leqq ≤ ge ≥ geq ≥ geqslant ≥ geqq ≥ ne ≠ neq ≠ lt < gt > ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅
propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ nsubseteq ⊈ cup ∪ cap ∩ bigcup ∪ bigcap ∩
setminus ∖ emptyset ∅ varnothing ∅ complement ∁ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨
to → rightarrow → longrightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Longrightarrow ⇒ implies ⇒ Leftarrow ⇐
Leftrightarrow ⇔ iff ⇔ uparrow ↑ downarrow ↓ mapsto ↦ rightleftharpoons ⇌ leftrightharpoons ⇋
infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ iint ∬ iiint ∭ oint ∮ degree ° prime ' angle ∠ triangle △ bigtriangleup △
perp ⊥ bot ⊥ top ⊤ parallel ∥ therefore ∴ because ∵ mid | vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ langle ⟨ rangle ⟩
lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ lbrace { rbrace } lbrack [ rbrack ] lparen ( rparen )
ldots ... cdots ... dots ... dotsc ... vdots ⋮ ddots ⋱ hbar ħ ell l Re Re Im Im aleph א square □ blacksquare ■ checkmark ✓
colon : bmod mod
`
/** Commands that are one symbol. */
export const symbols: ReadonlyMap<string, string> = new Map(
  [...symbolTable.matchAll(/(\S+)\s+(\S+)/g)].map((pair): [string, string] => [
    pair[1] ?? "",
    // the same forms as the text around it is in already
    (pair[2] ?? "").normalize("NFKC")
  ])
)

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Commands that are their own name. */
export const functions = words(`
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth ln lg log exp lim max min sup inf det dim ker deg gcd arg
Pr liminf limsup hom rank`)

/** Commands that change how their argument looks and not what it means; the argument follows as maths. */
export const fonts = words(`
mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr boldsymbol bm pmb operatorname displaystyle textstyle
scriptstyle limits nolimits left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr rm bf it
mathop mathrel mathbin mathord ensuremath`)

/** Commands whose argument is text, with its spaces. */
export const texts = words("text textrm textbf textit textsf texttt mbox hbox textnormal")

/** Commands that are white space, some with a length in braces, or with what takes as much room and is not seen. */
export const spacings = words(
  "quad qquad enspace thinspace hspace vspace hfill nobreak allowbreak smallskip phantom hphantom vphantom"
)

export const fractions = words("frac dfrac tfrac cfrac")

/** Commands that put a mark over their argument, as the combining character for it. */
export const accents: ReadonlyMap<string, string> = new Map([
  ["vec", "\u20d7"],
  ["overrightarrow", "\u20d7"],
  ["bar", "\u0304"],
  ["overline", "\u0304"],
  ["hat", "\u0302"],
  ["widehat", "\u0302"],
  ["tilde", "\u0303"],
  ["widetilde", "\u0303"],
  ["dot", "\u0307"],
  ["ddot", "\u0308"]
])

/** Commands that the parser reads by a rule of their own. */
const others = ["sqrt", "underline", "pmod", "begin"]

const known: ReadonlySet<string> = new Set([
  ...symbols.keys(),
  ...functions,
  ...fonts,
  ...texts,
  ...spacings,
  ...fractions,
  ...accents.keys(),
  ...others
])

/** The command meant by a name; keys are in lower case, and what was in capitals must still be the same there. */
export const commandOf = (name: string): string | undefined => {
  if (known.has(name)) return name
  const lower = name.toLowerCase()
  return known.has(lower) ? lower : undefined
}
