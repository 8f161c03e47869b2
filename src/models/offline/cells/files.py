# After search.py.

# %% files
from math import log

SOUGHT = []  # "tests" or "docs", when the question is about them
LESS = {  # files that are seldom the place, and how much of their score is left
    r"(^|/)(tests?|__tests__|specs?|fixtures?|__mocks__|e2e|testdata)/|[._-](test|spec)s?\.|(^|/)test_": 1 if "tests" in SOUGHT else 0.2,
    r"\.(md|mdx|rst|txt|adoc)$|(^|/)(docs?|examples?|demos?|bench(marks?)?|scripts)/": 1 if "docs" in SOUGHT else 0.5,
    r"(^|/)(dist|build|out|_?vendor|third_party|node_modules)/|\.min\.|\.map$|\block\b|\.svg$|(^|/)(CHANGELOG|HISTORY|NEWS)\b": 0.3,
    r"\.d\.[cm]?ts$|\.(json|ya?ml|toml|ini|cfg|html?|css|csv)$": 0.5,
}

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

# %% rank
weight, scores = rank_files(looks)

# %% parts
def parts(path):
    """The parts of a text that have words: all of it, or of a long one 400 lines each."""
    try:
        lines = read(path).split("\n")
    except (OSError, ValueError):
        return  # gone since it was counted, or not text after all
    step = 400 if sum(map(len, lines)) > 40_000 else len(lines)
    for first in range(0, len(lines), step):
        text = "\n".join(lines[first:first + step])
        worth = sum(weight[word] for word in weight if re.search(looks[word], text))
        if worth:
            yield scores[path] * worth, path, first + 1, min(first + step, len(lines))
