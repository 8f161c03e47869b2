# After search.py.

# %% values
from json import dumps

def as_text(value):
    return value if isinstance(value, str) else dumps(value, indent=1, ensure_ascii=False)

if isinstance(context, list):
    context[:] = map(as_text, context)
elif isinstance(context, dict):
    context.update({key: as_text(value) for key, value in context.items()})

# %% documents
spans = {}
for piece in (piece for chunk in chunks() for piece in chunk.pieces):
    spans[piece.path] = (spans.get(piece.path, (piece.start,))[0], piece.end)

def occurrences(look):
    """How many lines of each document match."""
    return count(look)

# %% ranking
from math import log

def rank_documents(looks):
    """By the weight of the words that a document has; a word that is seldom found weighs more."""
    counts = {word: occurrences(look) for word, look in looks.items()}
    lines = sum(end - start + 1 for start, end in spans.values())
    weight = {word: round(CARE.get(word, 1) * log(1 + lines / (1 + sum(hits.values()))), 2)
              for word, hits in counts.items() if hits}
    scores = {}
    for title in spans:
        score = sum(weight[word] for word in weight if title in counts[word])
        if score:
            scores[title] = score
    print(f"{len(spans)} documents, {lines} lines;",
          ", ".join(f"{word} in {sum(hits.values())} lines" for word, hits in counts.items()))
    for title in sorted(scores, key=scores.get, reverse=True)[:12]:
        start, end = spans[title]
        print(f"{scores[title]:6.2f}  {title}  ({end - start + 1} lines)")
    return weight, scores

def is_long(title, first, lines):
    """Whether a text is too long for one part, as its first 400 lines have it."""
    try:
        return len(read(title, first, first + 399)) * lines / 400 > 40_000
    except ValueError:
        return True  # a line that is too long to be read

def parts(title):
    """The parts of a document that have words: all of it, or of a long one 400 lines each."""
    first, last = spans[title]
    step = last - first + 1
    if step > 400 and is_long(title, first, step):
        step = 400
    words_of = {}
    for word in weight:
        for match in grep(looks[word], path=title, max_count=20_000):
            words_of.setdefault((match.line - first) // step, set()).add(word)
    for part, words in words_of.items():
        start = first + part * step
        yield scores[title] * sum(weight[word] for word in words), title, start, min(start + step - 1, last)

# %% rank
weight, scores = rank_documents(looks)
