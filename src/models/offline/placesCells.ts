import { findingPattern } from './finding';
import { pythonLiteral } from './python';

/*
 * The second half of what the offline root writes: sub-calls over the best texts, and the answer. The
 * cells before have left `ranked`, `scores`, `weight`, `looks` and `read`.
 */

const tick = '`';
const ticks = '```';

/** Has the best texts read by sub-calls, and gathers the places that they name. */
export function askAboutTexts(question: string): string {
  return String.raw`import json

QUESTION = ${pythonLiteral(question)}
ASK = f"""Which places of this text bear on the question? One line each, the best first:
path:start-end  score  [words found there]  the line that shows it

Question: {' '.join(QUESTION.split())}
Weights: {json.dumps(weight, ensure_ascii=False)}
"""

def pieces(path):
    """A text as a whole, or a long one in pieces of 400 lines, with what each is worth."""
    try:
        text = read(path)
    except (OSError, ValueError):
        return  # gone since it was counted, or no text after all
    lines = [line[:1000] for line in text.split("\n")]
    step = len(lines) if len(text) <= 40_000 else 400
    for first in range(0, len(lines), step):
        part = lines[first:first + step]
        words = [word for word, look in looks.items() if any(re.search(look, line) for line in part)]
        header = f"=== {path}:{first + 1}-{first + len(part)} ==="
        if words:
            yield scores[path] * sum(weight[word] for word in words), "\n".join([ASK, header, *part])

def twin(path):
    """What a file and its other builds have in common: lib/a.js, src/a.ts and types/a.d.ts are a."""
    parts = re.sub(r"(\.d)?\.[cm]?[jt]sx?$", "", path).split("/")
    return "/".join(part for part in parts if part not in ("src", "lib", "dist", "esm", "cjs", "types", "out"))

ranked, twins = [], set()
for path in sorted(scores, key=lambda path: (-scores[path], "src" not in path.split("/"), path)):
    if twin(path) not in twins:
        ranked.append(path)
        twins.add(twin(path))
candidates = [piece for path in ranked[:24] for piece in pieces(path)]
candidates.sort(key=lambda piece: -piece[0])
replies = llm_query_batched([prompt for worth, prompt in candidates[:48]])

LINE = re.compile(r"${findingPattern}")
found = []
for reply in replies:
    for place in map(LINE.fullmatch, [] if reply.failed else reply.split("\n")):
        if place and place[1] in scores:
            path, start, end, score, words, headline = place.groups()
            share = scores[path] / scores[ranked[0]]  # a place in a good file is a better place
            found.append((float(score) * share ** 0.5, path, int(start), int(end), words, headline))
found.sort(key=lambda place: (-place[0], place[1:3]))
print(f"{len(replies)} texts read, {sum(reply.failed for reply in replies)} failed, {len(found)} places:")
for score, path, start, end, words, headline in found[:12]:
    print(f"{path}:{start}-{end}  {score:.2f}  [{words}]  {headline}")`;
}

/** Puts the answer together from the places found, and submits it. */
export function answerFromPlaces(): string {
  return String.raw`import textwrap

def same(one, other):
    """Overlapping lines, or the same thing in another build of the file."""
    stems = [place[1].rsplit("/", 1)[-1].split(".")[0] for place in (one, other)]
    overlap = one[1] == other[1] and one[2] <= other[3] and other[2] <= one[3]
    return overlap or (one[5] == other[5] and stems[0] == stems[1])

best = []
for place in found:
    in_file = sum(place[1] == other[1] for other in best)
    if len(best) < 5 and in_file < 2 and not any(same(place, other) for other in best):
        best.append(place)
best = [place for place in best if place[0] >= 0.3 * best[0][0]]

def excerpt(path, start, end, headline):
    """The line that shows it, with a few around."""
    lines = read(path, start, end).split("\n")
    head = next((i for i, line in enumerate(lines) if " ".join(line.split())[:60] == headline[:60]), 0)
    shown = [part for line in lines[max(0, head - 3):head + 6] for part in wrap(line)]
    fence = "${ticks}" + "${tick}" * any("${ticks}" in line for line in shown)
    language = path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else ""
    return "\n".join([fence + language, *textwrap.dedent("\n".join(shown)).split("\n"), fence])

def wrap(line):
    return [line] if len(line) < 120 else textwrap.wrap(line, 100)[:4]

score, path, start, end, words, headline = best[0]
parts = ["Offline answer: keyword search, no language model.",
         f"Most likely ${tick}{cite(path, start, end)}${tick}, where these words meet: {words}."]
for path in dict.fromkeys(place[1] for place in best):
    parts.append(f"### {path}")
    for score, _, start, end, words, headline in (place for place in best if place[1] == path):
        parts.append(f"${tick}{cite(path, start, end)}${tick} ({words})")
        parts.append(excerpt(path, start, end, headline))
answer["content"] = "\n\n".join(parts)
answer["ready"] = True`;
}

/** Submits a text that is known already. */
export function answerWithText(text: string): string {
  return `answer["content"] = ${pythonLiteral(text)}\nanswer["ready"] = True`;
}

/** Ready again, after the answer was held back. */
export const submitAgain = 'answer["ready"] = True';
