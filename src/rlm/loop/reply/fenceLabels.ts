/** What the label of a fence says about the text in it. */
export type FenceKind =
  /** Code to run. */
  | 'python'
  /** Perhaps code to run: no label, or one that names no language. */
  | 'unknown'
  /** What code printed, or would. */
  | 'output'
  /** Markdown, which may have fences of its own. */
  | 'markdown'
  /** An example of another language. It is never run. */
  | 'other';

const python =
  /^(?:repl|py|python|ipython|pycon|pyrepl|pysh|python-?repl|repl-?python|python-?code|python-?console|python-?interactive|tool-?code)[\d.]*$/;
const output =
  /^(?:output|out|stdout|stderr|results?|repl-?output|console-?output|tool-?output|tool-?response|tool-?results?|execution-?(?:output|result)|observation|response|printed)$/;
/** Labels that say so little that something else decides. */
const transparent = new Set([
  'code',
  'cell',
  'code-cell',
  'lang',
  'language',
  'exec',
  'execute',
  'run',
]);

const markdown = new Set(['markdown', 'md', 'mdx', 'gfm', 'commonmark']);

/** Labels of languages that look like Python often enough for a piece of theirs to compile as it. */
const languages = new Set(
  `ada applescript asm assembly awk bash bat batch bazel bzl c c++ cfg clj clojure cmake cmd coffee coffeescript
  conf console cpp cs csharp css csv cuda cxx cython d dart diff django docker dockerfile dotenv ejs elixir elm env
  erb erl erlang ex exs fish fortran fsharp git gitignore glsl go gradle graphql groovy h haml handlebars haskell
  hcl hpp hs html http ini java javascript jinja jinja2 jl js json json5 jsonc jsonl jsp jsx julia just kotlin kt
  latex less lisp log lua m make makefile mathematica matlab mermaid mjs ml mm mojo nginx nim nix objc objective-c
  ocaml pascal patch perl php plantuml plsql postgres postgresql powershell prisma prolog properties proto protobuf
  ps1 puppet pwsh qml r racket rb regex rest robot rs rst rust sass scala scheme scm scss sh shell
  shell-session smali solidity sol sparql sql sqlite starlark stylus svelte svg swift tcl terminal terraform tex tf
  thrift toml traceback ts tsv tsx twig typescript vb vbnet verilog vhdl vim viml vue wasm wat wgsl xhtml xml xsl
  xslt yaml yml zig zsh`.split(/\s+/),
);

/** @param info what stands after the mark that opens a fence, for example `python title="x"` or `{.python}`. */
export function kindOfFence(info: string): FenceKind {
  const [first = '', second = ''] = labelsIn(info);
  const label = transparent.has(first) && second !== '' ? second : first;
  if (label === '') return 'unknown';
  if (python.test(label)) return 'python';
  if (output.test(label)) return 'output';
  if (markdown.has(label)) return 'markdown';
  // A path, as in `src/a.ts` or `12:20:src/a.ts`, names what is quoted.
  return languages.has(label) || /[/:]|\.\w+$/.test(label) ? 'other' : 'unknown';
}

/** The first words of an info string, in lower case: `{.python .numberLines}` has "python" and "numberlines". */
function labelsIn(info: string): readonly string[] {
  return info
    .slice(0, 200)
    .toLowerCase()
    .replace(/[\p{Cf}{}]/gu, ' ')
    .trim()
    .split(/[\s,=]+/, 2)
    .map((label) =>
      label
        .replace(/^(?:[.#@]+|language-|lang-)/, '')
        .replace(/[:;]$/, '')
        .replaceAll('_', '-'),
    );
}
