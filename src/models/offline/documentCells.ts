import { lookPattern, termLiterals } from './lookCells';
import { pythonLiteral } from './python';
import type { QuestionTerms } from './questionTerms';

/** Counts the terms in every document and ranks them: `context` is a str, a list or a dict. */
export function lookAtDocuments(
  terms: QuestionTerms,
  names: readonly string[],
  anywhere: boolean,
): string {
  return String.raw`import json
import re
from math import log

${termLiterals(terms.terms)}
TITLES = ${pythonLiteral(names)}
${lookPattern(anywhere)}

values = context if isinstance(context, (dict, list)) else [context]
titles = values if isinstance(values, dict) else TITLES if len(TITLES) == len(values) else \
    [f"context[{i}]" for i in range(len(values))]
documents = {}
for title, value in zip(titles, values.values() if isinstance(values, dict) else values):
    documents[str(title)] = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)

def read(title, start=1, end=None):
    return "\n".join(documents[title].split("\n")[start - 1:end])

looks = {word: pattern(stems) for word, stems in WORDS.items()}
looks.update({name: "(?i)" + re.escape(name) for name in NAMES})
lines = [line for text in documents.values() for line in text.split("\n")]
counts = {word: sum(bool(re.search(look, line)) for line in lines) for word, look in looks.items()}
weight = {word: round(CARE.get(word, 1) * log(1 + len(lines) / (1 + n)), 2) for word, n in counts.items()}
scores = {}
for title, text in documents.items():
    score = sum(weight[word] for word, look in looks.items() if re.search(look, text))
    if score:
        scores[title] = score
ranked = sorted(scores, key=lambda title: -scores[title])
print(f"{len(documents)} documents, {len(lines)} lines;", ", ".join(f"{word} in {n}" for word, n in counts.items()))
for title in ranked[:12]:
    print(f"{scores[title]:6.2f}  {title}  ({len(documents[title])} characters)")`;
}
