import { pythonLiteral } from './python';
import type { QuestionTerms, Term } from './questionTerms';
import { freeStemLength, wordEndings } from './stem';

/*
 * The first cells that the offline root writes. People read them in the recursion view: it is code that
 * a careful person would write, with the question's words as literals. They leave `looks`, `weight`,
 * `scores`, `ranked` and `read` to the cells after them.
 */

/** Files that are seldom the place that a question is after, and how much of their score is left. */
interface Discount {
  readonly pattern: string;
  readonly left: number;
}

const tests: Discount = {
  pattern: String.raw`(^|/)(tests?|__tests__|specs?|fixtures?|__mocks__|e2e|testdata)/|[._-](test|spec)s?\.|(^|/)test_`,
  left: 0.2,
};
const docs: Discount = {
  pattern: String.raw`\.(md|mdx|rst|txt|adoc)$|(^|/)(docs?|examples?|demos?|bench(marks?)?|scripts)/`,
  left: 0.5,
};
const built: Discount = {
  pattern: String.raw`(^|/)(dist|build|out|_?vendor|third_party|node_modules)/|\.min\.|\.map$|\block\b|\.svg$|(^|/)(CHANGELOG|HISTORY|NEWS)\b`,
  left: 0.3,
};
const declarations: Discount = {
  pattern: String.raw`\.d\.[cm]?ts$|\.(json|ya?ml|toml|ini|cfg|html?|css|csv)$`,
  left: 0.5,
};

/** Counts the terms in every file and ranks the files. */
export function lookAtRepository({ terms, aboutTests, aboutDocs }: QuestionTerms): string {
  const discounts = [
    ...(aboutTests ? [] : [tests]),
    ...(aboutDocs ? [] : [docs]),
    built,
    declarations,
  ];
  const less = discounts.map(({ pattern, left }) => `    r"${pattern}": ${left},`);
  return `import re
from math import log

${termLiterals(terms)}
LESS = {  # files that are seldom the place, and how much of their score is left
${less.join('\n')}
}

${patternFunction}

def rank_files(looks):
    """BM25 over the matching lines; words in the path count, and so does having many of the words."""
    counts = {word: count(look) for word, look in looks.items()}
    weight = {word: round(CARE.get(word, 1) * log(1 + len(sizes) / (1 + len(hits))), 2)
              for word, hits in counts.items() if hits}
    scores = {}
    for path in set().union(*counts.values()):
        lines = {word: counts[word].get(path, 0) for word in weight}
        named = {word for word in weight if re.search(looks[word], path)}
        length = 0.3 + 0.7 * min(sizes.get(path, 0) / typical, 10)
        score = sum(weight[word] * (n / (n + length) + 0.6 * (word in named)) for word, n in lines.items())
        seen = sum(weight[word] for word, n in lines.items() if n or word in named)
        score *= 0.3 if sizes.get(path, 0) > 300_000 else 1  # seldom written by hand
        for part, left in LESS.items():
            score *= left if re.search(part, path, re.I) else 1
        scores[path] = score * (0.35 + 0.65 * seen / sum(weight.values()))
    print(f"{len(sizes)} files;", ", ".join(f"{word} in {len(hits)}" for word, hits in counts.items()))
    for path in sorted(scores, key=scores.get, reverse=True)[:12]:
        hits = ", ".join(f"{word} {counts[word][path]}" for word in counts if path in counts[word])
        print(f"{scores[path]:6.2f}  {path}  ({hits})")
    return weight, scores

sizes = {file.path: file.size for file in files()}
typical = max(1, sorted(sizes.values())[len(sizes) // 2]) if sizes else 1
${looksOfTerms}
weight, scores = rank_files(looks)`;
}

/** Ranks the files again, for terms wherever they are. */
export function lookWiderInRepository({ terms }: QuestionTerms): string {
  return `${termLiterals(terms)}

${looksAnywhere}
weight, scores = rank_files(looks)`;
}

/** The terms as Python variables. */
export function termLiterals(terms: readonly Term[]): string {
  const words = terms.filter(hasStems).map((term) => [term.label, term.stems] as const);
  const names = terms.filter((term) => !hasStems(term)).map((term) => term.label);
  const care = terms
    .filter((term) => term.care < 1)
    .map((term) => [term.label, term.care] as const);
  return [
    `WORDS = ${pythonLiteral(Object.fromEntries(words))}  # by their stems`,
    `NAMES = ${pythonLiteral(names)}  # as they stand, in upper or lower case`,
    `CARE = ${pythonLiteral(Object.fromEntries(care))}  # words that any code is full of count for less`,
  ].join('\n');
}

/** Letters a to z have word starts that a pattern can tell; other terms are looked for as they stand. */
function hasStems(term: Term): boolean {
  return term.kind === 'word' && term.stems.every((stem) => /^[a-z]+$/.test(stem));
}

/** The Python of `stemPattern`, for ripgrep, which looks neither ahead nor behind. */
export const patternFunction = `def pattern(stems):
    """Finds stems where a word starts, or a part of a camelCase or snake_case name."""
    ends = r"${wordEndings}"
    found = []
    for stem in stems:
        end = "" if len(stem) >= ${freeStemLength} else rf"(?:{stem[-1]}?{ends})?(?:[^a-z]|$)"
        found += [rf"(?:^|[^A-Za-z]){stem}{end}", stem.capitalize() + end, stem.upper()]
    return f"(?m:{'|'.join(found)})"`;

export const looksOfTerms = `looks = {word: pattern(stems) for word, stems in WORDS.items()}
looks.update({name: f"(?i:{re.escape(name)})" for name in NAMES})`;

export const looksAnywhere = `looks = {word: f"(?i:{'|'.join(stems)})" for word, stems in WORDS.items()}
looks.update({name: f"(?i:{re.escape(name)})" for name in NAMES})`;
