import { looksAnywhere, looksOfTerms, patternFunction, termLiterals } from './lookCells';
import { pythonLiteral } from './python';
import type { QuestionTerms } from './questionTerms';

/** Gives the documents names, and a way to read their lines: `context` is a str, a list or a dict. */
export function openDocuments(names: readonly string[]): string {
  return String.raw`import json
import re
from math import log

TITLES = ${pythonLiteral(names)}
values = list(context.values()) if isinstance(context, dict) else context if isinstance(context, list) else [context]
titles = [str(key) for key in context] if isinstance(context, dict) else TITLES
if len(titles) != len(values):
    titles = [f"context[{i}]" for i in range(len(values))]
documents = {
    title: value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
    for title, value in zip(titles, values)
}

def read(title, start=1, end=None):
    return "\n".join(documents[title].split("\n")[start - 1:end])`;
}

/** Counts the terms in every document and ranks them. */
export function lookAtDocuments({ terms }: QuestionTerms, names: readonly string[]): string {
  return String.raw`${openDocuments(names)}

${termLiterals(terms)}

${patternFunction}

def rank_documents(looks):
    """By the weight of the words that a document has; a word on few lines weighs more."""
    lines = [line for text in documents.values() for line in text.split("\n")]
    counts = {word: sum(bool(re.search(look, line)) for line in lines) for word, look in looks.items()}
    weight = {word: round(CARE.get(word, 1) * log(1 + len(lines) / (1 + n)), 2) for word, n in counts.items()}
    found = {title: sum(weight[word] for word, look in looks.items() if re.search(look, text, re.M))
             for title, text in documents.items()}
    scores = {title: score for title, score in found.items() if score}
    print(f"{len(documents)} documents, {len(lines)} lines;", ", ".join(f"{word} in {n}" for word, n in counts.items()))
    for title in sorted(scores, key=scores.get, reverse=True)[:12]:
        print(f"{scores[title]:6.2f}  {title}  ({len(documents[title])} characters)")
    return weight, scores

${looksOfTerms}
weight, scores = rank_documents(looks)`;
}

/** Ranks the documents again, for terms wherever they are. */
export function lookWiderInDocuments({ terms }: QuestionTerms): string {
  return `${termLiterals(terms)}

${looksAnywhere}
weight, scores = rank_documents(looks)`;
}
