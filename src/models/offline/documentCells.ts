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
texts = [value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False) for value in values]
documents = {title: text.split("\n") for title, text in zip(titles, texts)}

def read(title, start=1, end=None):
    return "\n".join(documents[title][start - 1:end])`;
}

/** Counts the terms in every document and ranks them. */
export function lookAtDocuments({ terms }: QuestionTerms, names: readonly string[]): string {
  return `${openDocuments(names)}

${termLiterals(terms)}

${patternFunction}

def rank_documents(looks):
    """By the weight of the words that a document has; a word that is seldom found weighs more."""
    counts = {word: [len(re.findall(look, text)) for text in texts] for word, look in looks.items()}
    lines = sum(map(len, documents.values()))
    weight = {word: round(CARE.get(word, 1) * log(1 + lines / (1 + sum(hits))), 2)
              for word, hits in counts.items() if any(hits)}
    scores = {}
    for i, title in enumerate(documents):
        score = sum(weight[word] for word in weight if counts[word][i])
        if score:
            scores[title] = score
    print(f"{len(documents)} documents, {lines} lines;", ", ".join(f"{word} {sum(n)} times" for word, n in counts.items()))
    for title in sorted(scores, key=scores.get, reverse=True)[:12]:
        print(f"{scores[title]:6.2f}  {title}  ({len(documents[title])} lines)")
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
