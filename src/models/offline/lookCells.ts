import { pythonLiteral } from './python';
import type { QuestionTerms, Term } from './questionTerms';
import { freeStemLength, wordEndings } from './stem';

/*
 * The Python that the offline root writes. People read it in the recursion view: it is code that a
 * careful person would write, with the question's words as literals.
 */

/** What a path takes away from a file's score: how much is left, and of which files. */
interface Discount {
  readonly pattern: string;
  readonly factor: number;
}

const tests: Discount = {
  pattern: String.raw`(^|/)(tests?|__tests__|specs?|fixtures?|__mocks__|e2e|testdata)/|[._-](test|spec)s?\.|(^|/)test_`,
  factor: 0.4,
};
const docs: Discount = {
  pattern: String.raw`\.(md|mdx|rst|txt|adoc)$|(^|/)(docs?|examples?|demos?|bench(marks?)?|scripts)/`,
  factor: 0.5,
};
const built: Discount = {
  pattern: String.raw`(^|/)(dist|build|out|vendor|third_party|node_modules)/|\.min\.|\.map$|lock(file)?\b|\.lock$|\.svg$|(^|/)(CHANGELOG|HISTORY|NEWS)\b`,
  factor: 0.2,
};
const declarations: Discount = {
  pattern: String.raw`\.d\.[cm]?ts$|\.(json|ya?ml|toml|ini|cfg|html?|css|csv)$|(^|/)types/`,
  factor: 0.6,
};

function discounts({ aboutTests, aboutDocs }: QuestionTerms): readonly Discount[] {
  return [...(aboutTests ? [] : [tests]), ...(aboutDocs ? [] : [docs]), built, declarations];
}

/** Letters a to z have word starts that a pattern can tell; other terms are looked for as they stand. */
function hasStems(term: Term): boolean {
  return term.kind === 'word' && term.stems.every((stem) => /^[a-z]+$/.test(stem));
}

export function termLiterals(terms: readonly Term[]): string {
  const words = Object.fromEntries(
    terms.filter(hasStems).map((term) => [term.label, term.stems] as const),
  );
  const names = terms.filter((term) => !hasStems(term)).map((term) => term.label);
  const care = Object.fromEntries(
    terms.filter((term) => term.care < 1).map((term) => [term.label, term.care] as const),
  );
  return [
    `WORDS = ${pythonLiteral(words)}  # by their stems`,
    `NAMES = ${pythonLiteral(names)}  # as they stand, in upper or lower case`,
    `CARE = ${pythonLiteral(care)}  # words that any code is full of count for less`,
  ].join('\n');
}

export function lookPattern(anywhere: boolean): string {
  if (anywhere) {
    return String.raw`
def pattern(stems):
    """Finds stems anywhere, within other words as well."""
    return "(?i)" + "|".join(stems)`;
  }
  return String.raw`
def pattern(stems):
    """Finds stems where a word starts, or a part of a camelCase or snake_case name."""
    ends = r"${wordEndings}"
    found = []
    for stem in stems:
        end = "" if len(stem) >= ${freeStemLength} else rf"(?:{stem[-1]}?{ends})?(?:[^a-z]|$)"
        found += [rf"(?:^|[^A-Za-z]){stem}{end}", stem.capitalize() + end, stem.upper()]
    return "|".join(found)`;
}

/** Counts the terms in every file and ranks the files. */
export function lookAtRepository(terms: QuestionTerms, anywhere: boolean): string {
  const less = discounts(terms)
    .map(({ pattern, factor }) => `    (r"${pattern}", ${factor}),`)
    .join('\n');
  return String.raw`import re
from math import log

${termLiterals(terms.terms)}
LESS = [  # files that are seldom the place, and how much of their score is left
${less}
]
${lookPattern(anywhere)}

looks = {word: pattern(stems) for word, stems in WORDS.items()}
looks.update({name: "(?i)" + re.escape(name) for name in NAMES})
sizes = {file.path: file.size for file in files()}
counts = {word: count(look) for word, look in looks.items()}
weight = {
    word: round(CARE.get(word, 1) * log(1 + len(sizes) / (1 + len(hits))), 2)
    for word, hits in counts.items()
}
typical = max(1, sorted(sizes.values())[len(sizes) // 2]) if sizes else 1

def rank(path):
    """BM25 over the matching lines; words in the path count, and so does having many of the words."""
    score, seen = 0, 0
    for word, hits in counts.items():
        n, named = hits.get(path, 0), re.search(looks[word], path)
        length = 0.3 + 0.7 * min(sizes.get(path, 0) / typical, 10)
        score += weight[word] * (n / (n + length) + (0.6 if named else 0))
        seen += weight[word] if n or named else 0
    for part, left in LESS:
        score *= left if re.search(part, path, re.I) else 1
    return score * (0.35 + 0.65 * seen / sum(weight.values()))

scores = {path: rank(path) for path in set().union(*counts.values())}
ranked = sorted(scores, key=lambda path: (-scores[path], path))
print(f"{len(sizes)} files;", ", ".join(f"{word} in {len(hits)}" for word, hits in counts.items()))
for path in ranked[:12]:
    hits = ", ".join(f"{word} {counts[word][path]}" for word in counts if path in counts[word])
    print(f"{scores[path]:6.2f}  {path}  ({hits})")`;
}
