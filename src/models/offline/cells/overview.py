# After documents.py.

# %% repository
import re

top = [file for file in files() if file.path.count("/") <= 1]
described = [file.path for file in top if re.search(r"(^|/)readme(\.\w+)?$", file.path, re.I)]
manifest = r"(^|/)(package\.json|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|composer\.json|[\w-]+\.gemspec)$"
described += [file.path for file in top if re.search(manifest, file.path)]
described = sorted(described, key=lambda path: path.count("/"))[:3] or [file.path for file in top][:2]
spans = {}
layout = tree(depth=1)
print(layout)
print("Described by:", ", ".join(described) or "nothing at the top")

# %% documents
described = list(spans)[:5]
layout = "\n".join(f"{title}: {end - start + 1} lines" for title, (start, end) in spans.items())
print(layout[:3000])

# %% answer
texts = ["Offline answer: keyword search, no language model.",
         "The question has no word to search for, so this is how the context describes itself."]
for path in described:
    start = spans[path][0] if path in spans else 1  # part of a file has its lines
    try:
        lines = read(path, start, start + 399).split("\n")
    except ValueError:  # a line that is too long to be read
        lines = [match.text for match in grep("^", path=path, max_count=400)]
    lines = [line[:200] for line in lines]
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    shown = "\n".join(lines[first:first + 20]).rstrip()
    fence = "~~~~" if "```" in shown else "```"
    first += start
    last = first + shown.count("\n")
    texts += [f"### {path}", f"`{cite(path, first, last)}`", f"{fence}\n{shown}\n{fence}"]
texts += ["### Layout", "```text\n" + layout[:3000] + "\n```"]
answer["content"] = "\n\n".join(texts)
answer["ready"] = True
