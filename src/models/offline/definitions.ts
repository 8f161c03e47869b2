/** Finds where something is defined, in most languages, by the look of its first line. */

/** A line that starts something with a name. */
export interface Definition {
  /** Index into the lines. */
  readonly index: number;
  readonly name: string;
  /** Columns of white space before it; for a heading its level. */
  readonly indent: number;
}

const name = String.raw`[\p{L}_$#~@][\p{L}\p{N}_$]*[?!]?`;
const modifiers = String.raw`(?:(?:export|default|declare|abstract|public|private|protected|internal|static|final|async|override|open|sealed|partial|unsafe|virtual|inline|extern|const|data|suspend|readonly|synchronized|local|pub(?:\([^)]*\))?|"C")\s+)*`;
const keywords = String.raw`(?:function\*?|class|interface|trait|struct|enum|union|type|namespace|module|mod|object|record|protocol|extension|impl(?:<[^>]*>)?|def|defp|defmodule|defmacro|fn|func|fun|macro_rules!|sub|proc|contract|message|service)`;
const arrow = String.raw`(?:async\s*)?(?:function\b|class\b|(?:<[^>]*>\s*)?\([^)]*\)?\s*(?::[^=]+)?(?:=>|$)|${name}\s*=>)`;

const anywhere: readonly RegExp[] = [
  // function f, class C, def f, func (r *Receiver) F, fn f, impl Trait, type T, ...
  new RegExp(
    String.raw`^${modifiers}${keywords}(?:\s+|\s*\*\s*)(?:\([^)]*\)\s*)?(?:self\.)?(?:[\w$]+(?:\.|::))*(${name})`,
    'u',
  ),
  // const f = () => ..., let f = function, readonly f = async x => ...
  new RegExp(
    String.raw`^${modifiers}(?:(?:const|let|var|val)\s+)?(${name})\s*(?::[^=]+)?=\s*${arrow}`,
    'u',
  ),
  // exports.f = ..., Type.prototype.f = function
  new RegExp(String.raw`^(?:[\w$]+\.)*(?:exports|prototype)\.(${name})\s*=(?!=)`, 'u'),
  new RegExp(String.raw`^(?:[\w$]+\.)+(${name})\s*=\s*${arrow}`, 'u'),
  // f: function, f: async () => ...
  new RegExp(
    String.raw`^(${name})\s*:\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*(?::[^=]+)?=>)`,
    'u',
  ),
  // create table t
  /^create\s+(?:or\s+replace\s+)?(?:table|view|function|procedure|index|trigger|type)\s+(?:if\s+not\s+exists\s+)?["`[]?([\w.]+)/iu,
  // (defn f
  /^\((?:defn?-?|defun|defmacro|define|deftype|defprotocol)\s+\(?([^\s()]+)/u,
];

const atTopLevel: readonly RegExp[] = [
  // A constant: const X = ..., X = ..., var x int
  new RegExp(
    String.raw`^${modifiers}(?:const|let|var|val)\s+(?:mut\s+)?(${name})\s*(?:[:=]|$|[\w*[])`,
    'u',
  ),
  /^([A-Z][A-Z0-9_]{2,})\s*(?::[^=]+)?=(?!=)/u,
  // #define X, f() {
  /^#\s*define\s+(\w+)/u,
  /^([\w-]+)\s*\(\)\s*\{?$/u,
];

const method = new RegExp(
  String.raw`^${modifiers}(?:(?:get|set|\*)\s*)?(${name})\s*(?:<[^>]*>)?\((?:[^;]*\)\s*(?::[^={]+(?:\{[^}]*\}[^={]*)?)?\{|[^;)]*)$`,
  'u',
);
const typedFunction =
  /^(?:[\w:<>,*&[\]~.?]+\s+)+[*&]*([\w:~]+)\s*\([^;=]*\)\s*(?:const|noexcept|override|throws\s[\w.,\s]+)*\s*\{?$/u;
const statement =
  /^(?:if|else|for|foreach|while|switch|catch|return|with|do|try|super|throw|new|await|yield|case|delete|import|from|elif|elsif|unless|until|when|match|using|lock|assert|print|describe|it|expect|require)\b/u;
const comment =
  /^(?:\/\/|\/\*|\*(?!\s*\w+\s*\()|#(?!\s*define\b|\w+\s*[(=])|--\s|;;|<!--|"""|''')/u;

/** The definitions among the lines of a source file, in order. */
export function findDefinitions(lines: readonly string[]): readonly Definition[] {
  return lines.flatMap((line, index) => {
    const found = definedName(line, lines, index);
    return found === null ? [] : [{ index, name: found, indent: indentOf(line) }];
  });
}

/** The headings among the lines of a prose document: `# Title`, or a line underlined by = or -. */
export function findHeadings(lines: readonly string[]): readonly Definition[] {
  let fenced = false;
  return lines.flatMap((line, index) => {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) return [];
    const marked = /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    if (marked?.[1] && marked[2]) return [{ index, name: marked[2], indent: marked[1].length }];
    const underline = /^(={3,}|-{3,}|~{3,})\s*$/.exec(lines[index + 1] ?? '');
    const underlined = underline !== null && /^\S.{0,100}$/.test(line) && !/^[-=~|]/.test(line);
    return underlined
      ? [{ index, name: line.trim(), indent: underline[1]?.[0] === '=' ? 1 : 2 }]
      : [];
  });
}

/** Columns of white space at the start of a line; a tab counts four. */
export function indentOf(line: string): number {
  const space = /^\s*/.exec(line)?.[0] ?? '';
  return [...space].reduce((columns, letter) => columns + (letter === '\t' ? 4 : 1), 0);
}

/** True for a line that is a comment, a decorator or an attribute. */
export function isComment(line: string): boolean {
  const text = line.trim();
  return comment.test(text) || /^(?:@[\w.]+(?:\(.*\))?$|#\[|\*\/?$)/u.test(text);
}

function definedName(line: string, lines: readonly string[], index: number): string | null {
  // Minified code defines nothing that a person could look at.
  if (line.length > 400) return null;
  const text = line.trim();
  if (text === '' || comment.test(text) || statement.test(text)) return null;
  return (
    firstName(anywhere, text) ??
    methodName(text, lines, index) ??
    (indentOf(line) === 0 ? firstName(atTopLevel, text) : null)
  );
}

function firstName(patterns: readonly RegExp[], text: string): string | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

function methodName(text: string, lines: readonly string[], index: number): string | null {
  const found = method.exec(text)?.[1];
  if (found !== undefined && (text.endsWith('{') || signatureGoesOn(lines, index))) return found;
  const typed = typedFunction.exec(text)?.[1];
  const opens = text.endsWith('{') || (lines[index + 1] ?? '').trim() === '{';
  return typed !== undefined && opens ? typed : null;
}

/** Tells a signature over several lines (`): Type {` at its end) from a call. */
function signatureGoesOn(lines: readonly string[], index: number): boolean {
  const indent = indentOf(lines[index] ?? '');
  for (let next = index + 1; next < Math.min(lines.length, index + 30); next += 1) {
    const line = lines[next] ?? '';
    if (line.trim() === '' || indentOf(line) > indent) continue;
    return indentOf(line) === indent && /^\)\s*(?::[^=]*)?\{$/.test(line.trim());
  }
  return false;
}
