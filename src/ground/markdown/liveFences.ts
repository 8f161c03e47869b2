/** Fences that viewers draw instead of showing. Their text can load and link as HTML can. */
const drawn =
  /mermaid|^(?:mmd|math|katex|asciimath|plantuml|puml|uml|kroki|geojson|topojson|vega(?:-lite)?|iframe|d2)\b/i;
/** Directives as in MyST. Braces in R and Python notebooks hold code. */
const directive = /^\{\s*(?!r\b|python\b|julia\b|bash\b|sql\b|js\b|[.#=])[a-z]/i;

/** What drawn text must not have: links, pictures, HTML, settings, styles that load. */
const acting: readonly RegExp[] = [
  /%%\s{0,20}\{/,
  /^[ \t]*-{3,}[ \t\r]*$/m,
  /^[ \t]*(?:click|links?|callback|href|properties|details|!include\w*|!import)\b/im,
  /:\/\/|\/\/\w|\bwww\./,
  /\b(?:url|image|expression|attr|import)\s*\(/i,
  /@import\b/i,
  /@\{[^}]{0,500}\b(?:img|icon|url|href|src)\b/i,
  /<(?!br\s*\/?>)(?!<\w+>>)(?<!<<)[a-z/!?]/i,
  /\b(?:img|iframe|script|object|embed|svg|xlink|srcdoc|foreignobject)\b/i,
  /\b(?:javascript|vbscript|data|file|command|vscode[\w-]*)\s*:/i,
  /&#?\w+;|#(?:\d+|x[\da-f]+);/i,
  /\\(?:href|url|includegraphics|html\w+|class|style|cssId|require|unicode|input|include|def|let|g?newcommand|renewcommand)\b/,
  /^[ \t]*(?:style|classDef|linkStyle|themeCSS)\b.*[\\@(]/im,
];

/** Whether viewers may draw a fence with this info string. */
export function isDrawn(info: string): boolean {
  return drawn.test(info) || directive.test(info) || /[&\\]/.test(info);
}

/** Whether drawn text may do more than show something. */
export function mayAct(info: string, text: string): boolean {
  return directive.test(info) || acting.some((pattern) => pattern.test(text));
}
