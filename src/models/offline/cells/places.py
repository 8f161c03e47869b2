# After files.py or documents.py.

# %% choose
def twin(path):
    """What builds of one file have in common: src/a.ts, lib/a.js and types/a.d.ts are all a."""
    folders = re.sub(r"(\.d)?\.[cm]?[jt]sx?$", "", path).split("/")
    return "/".join(part for part in folders if part not in ("src", "lib", "dist", "out", "esm", "cjs", "types"))

best_files = {}
for path in sorted(scores, key=lambda path: (-scores[path], "src" not in path.split("/"), path)):
    best_files.setdefault(twin(path), path)
chosen = [part for path in list(best_files.values())[:24] for part in parts(path)]
chosen = sorted(chosen, key=lambda part: (-part[0], part[1:]))[:48]
texts = {path for worth, path, *lines in chosen}
print(f"{len(chosen)} parts of {len(texts)} texts to read:")
for _, path, start, end in chosen[:12]:
    print(f"{path}:{start}-{end}")

# %% ask
import json

QUESTION = ""
HOW = ""  # words count, where that is not as usual
PLACE = ""  # a line of a reply

ASK = f"""Which places of this text bear on the question? One line each, the best first:
path:start-end  score  [words found there]  name or -  the line that shows it

Question: {' '.join(QUESTION.split())}
Weights: {json.dumps(weight, ensure_ascii=False)}{HOW}
"""
ANY = re.compile("|".join(looks[word] for word in weight))

def cut(line, width):
    """A very long line, cut around the first word in it."""
    found = ANY.search(line) if len(line) > width else None
    start = max(0, found.start() - width // 4) if found else 0
    return line[start:start + width]

def lines_of(path, start, end):
    """Lines of a text. Where they are too long to be read, what a search shows of those with words."""
    try:
        return read(path, start, end).split("\n")
    except ValueError:
        shown = {}
        for word in sorted(weight, key=weight.get):
            shown.update((match.line, match.text) for match in grep(looks[word], path=path))
        return [shown.get(line, "") for line in range(start, end + 1)]

def prompt(path, start, end):
    lines = [cut(line, 2000) for line in lines_of(path, start, end)]
    return "\n".join([ASK, f"=== {path}:{start}-{start + len(lines) - 1} ===", *lines])

replies = llm_query_batched([prompt(*place) for worth, *place in chosen])
found = []
for reply in replies:
    for place in (re.fullmatch(PLACE, line) for line in ([] if reply.failed else reply.split("\n"))):
        if place and place[1] in scores:
            path, start, end, score, words, name, headline = place.groups()
            share = scores[path] / max(scores.values())  # a place in a good file is a better place
            found.append((float(score) * share ** 0.5, path, int(start), int(end), words, name, headline))
found.sort(key=lambda place: (-place[0], place[1:3]))
print(f"{len(replies)} parts read, {sum(reply.failed for reply in replies)} failed, {len(found)} places:")
for score, path, start, end, words, name, headline in found[:12]:
    print(f"{path}:{start}-{end}  {score:.2f}  [{words}]  {name}  {headline}")

# %% answer
import textwrap

def same(one, other):
    """Overlapping lines, or the same thing in another build of the file."""
    overlap = one[1] == other[1] and one[2] <= other[3] and other[2] <= one[3]
    return overlap or (one[5:] == other[5:] and twin(one[1]) == twin(other[1]))

best = []
for place in found:
    in_file = sum(place[1] == other[1] for other in best)
    if len(best) < 5 and in_file < 2 and not any(same(place, other) for other in best):
        best.append(place)
best = [place for place in best if place[0] >= 0.3 * best[0][0]]

def excerpt(path, start, end, headline):
    """The line that shows it with the comment above, or else the line with most of the words."""
    lines = lines_of(path, start, end)
    heads = [i for i, line in enumerate(lines) if " ".join(line.split())[:60] == headline[:60]]
    worth = [sum(weight[word] for word in weight if re.search(looks[word], line)) for line in lines]
    head = heads[0] if heads else max(0, worth.index(max(worth)) - 2)
    lines = lines[0 if head < 10 else head:head + 6]
    shown = textwrap.dedent("\n".join(cut(line, 400) for line in lines)).rstrip().split("\n")
    shown = [part for line in shown for part in (textwrap.wrap(line, 100) if len(line) > 140 else [line])]
    fence = "```" + "`" * any("```" in line for line in shown)
    language = path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else ""
    language = "text" if language.lower() in ("pdf", "docx", "ipynb") else language
    return "\n".join([fence + language, *shown, fence])

def describe(path, start, end, name):
    called = f"`{name}`" if re.fullmatch(r"[\w$#.?!]+", name) else name
    return f"`{cite(path, start, end)}`" + (f" ({called})" if name != "-" else "")

score, path, start, end, words, name, headline = best[0]
text = ["Offline answer: keyword search, no language model.",
        f"Most likely {describe(path, start, end, name)}, where these words meet: {words}."]
for path in dict.fromkeys(place[1] for place in best):
    text.append(f"### {path}")
    for _, _, start, end, words, name, headline in (place for place in best if place[1] == path):
        text += [f"{describe(path, start, end, name)}: {words}", excerpt(path, start, end, headline)]
missing = [word for word in looks if word not in weight]
if missing:
    text.append(f"Found nowhere: {', '.join(missing)}.")
answer["content"] = "\n\n".join(text)
answer["ready"] = True
