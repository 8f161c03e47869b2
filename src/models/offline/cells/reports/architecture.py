# After source.py.

# %% outline
report.write(f"# Architecture overview\n\n*Offline report: keyword search, no language model. It shows what the repository says of itself, what its parts define and import, and their comments; it draws no conclusions.{LANGUAGE_NOTE}*\n")
parts = by_folder(code)
about = report.section("What it is")
uses = report.section("How the parts use each other")
sections = {part: report.section(part) for part in parts}
built = report.section("Building and running")
print(f"{len(parts)} parts, {len(code)} files of source, {len(tests)} of tests")
for part, members in list(parts.items())[:20]:
    print(f"{part}: {len(members)} files")

# %% sections
from collections import Counter

paths = {file.path for file in code}
IMPORT = r"""^\s*(?:import\b|export\b.*\bfrom\b|from\s+\S+\s+import\b|.*\brequire\(|use\s|#include\s*")"""

def imported_path(path, text):
    """The file of this repository that a line imports; None for what comes from elsewhere."""
    quoted = re.search(r"""["']([^"']+)["']""", text)
    if quoted and not path.endswith(".py"):
        name = quoted[1]
        start = folder_of(path) if name.startswith(".") else ""
        steps = [] if start in ("", "(top level)") else start.split("/")
        for step in name.split("/"):
            if step == "..":
                steps = steps[:-1]
            elif step != ".":
                steps.append(step)
        base = re.sub(r"\.[cm]?jsx?$", "", "/".join(steps))
    else:
        module = re.match(r"\s*(?:from|import|use)\s+(\.*)([\w.:]+)", text)
        if not module:
            return None
        start = folder_of(path).split("/") if module[1] else []
        steps = start[:len(start) - len(module[1]) + 1] if module[1] else []
        base = "/".join([*steps, *[step for step in re.split(r"\.|::", module[2]) if step and step != "crate"]])
    ends = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".mts", ".py", ".rs", ".h", ".hpp", "/index.ts", "/index.js", "/__init__.py")
    for end in ends:
        for found in (base + end, "src/" + base + end):
            if found in paths:
                return found
    return None

edges = {}
for match in grep(IMPORT, max_count=50_000):
    if match.path not in paths:
        continue
    target = imported_path(match.path, match.text)
    if target and folder_of(target) != folder_of(match.path):
        edges.setdefault((folder_of(match.path), folder_of(target)), []).append(match)
strongest = sorted(edges, key=lambda edge: -len(edges[edge]))[:40]
if strongest:
    names = {part: f"p{n}" for n, part in enumerate(sorted({part for edge in strongest for part in edge}))}
    nodes = [f'  {name}["{part}"]' for part, name in names.items()]
    arrows = [f"  {names[a]} --> {names[b]}" for a, b in strongest]
    uses.write("Arrows go from the part that imports to the one that is imported"
               + (f"; the {len(strongest)} strongest of {len(edges)}.\n\n" if len(edges) > 40 else ".\n\n"))
    uses.write("```mermaid\nflowchart LR\n" + "\n".join(nodes + arrows) + "\n```\n\n")
    rows = [f"| {a} | {b} | {len(edges[a, b])} | `{cite(edges[a, b][0].path, edges[a, b][0].line)}` |" for a, b in strongest]
    uses.write("\n".join(["| Part | imports from | lines | for example |", "| --- | --- | ---: | --- |", *rows]) + "\n")
else:
    uses.write("No import from one part to another was recognised.\n")
uses.close()

readmes = sorted((file.path for file in every if re.search(r"(^|/)readme(\.\w+)?$", file.path, re.I)), key=lambda path: path.count("/"))
for path in readmes[:1]:
    lines = lines_of(path)
    texts = [n for n, line in enumerate(lines) if re.match(r"[A-Za-z*_\[]", line) and not re.match(r"\[?!?\[", line)]
    if texts:
        last = texts[0]
        while last + 1 < len(lines) and lines[last + 1].strip() and last - texts[0] < 12:
            last += 1
        about.write("\n".join("> " + line for line in lines[texts[0]:last + 1]) + f"\n\n(`{cite(path, texts[0] + 1, last + 1)}`)\n\n")
languages = Counter(file.language for file in code if file.language)
about.write(f"{len(code)} files of source and {len(tests)} of tests: " + ", ".join(f"{name} {n}" for name, n in languages.most_common(6)) + ".\n\n")
starts = [file for file in code if re.search(r"(^|/)(main|index|cli|app|server|extension|__main__|manage)\.\w+$", file.path) and file.path.count("/") < 4]
if starts:
    about.write("Where it may start:\n\n" + "\n".join(f"- `{cite(file.path, 1)}`" for file in starts[:12] if file.size) + "\n")
about.close()

for part, section in sections.items():
    members = parts[part]
    out = sorted({b for a, b in edges if a == part})
    into = sorted({a for a, b in edges if b == part})
    section.write(f"{len(members)} file{'s' * (len(members) != 1)}."
                  + (f" Imports from {', '.join(out)}." if out else "") + (f" Imported by {', '.join(into)}." if into else "") + "\n")
    for file in members:
        lines = lines_of(file.path)
        found = definitions_of(file, lines)
        shown = [one for one in found if is_public(one, lines)] or found
        said = own_words(file, lines)
        section.write(f"\n### {displayed(file.path.rpartition('/')[2])}\n\n" + (said + "\n\n" if said else ""))
        if shown:
            section.write("\n".join(bullet(one) for one in shown) + "\n")
        elif lines:
            section.write(f"{len(lines)} lines, nothing defined at the outermost level (`{cite(file.path, 1, len(lines))}`).\n")
    section.close()

manifests = [file.path for file in every if re.search(r"(^|/)(package\.json|pyproject\.toml|Cargo\.toml|go\.mod|Makefile|Dockerfile|pom\.xml|build\.gradle(\.kts)?)$", file.path) and file.path.count("/") < 2]
for path in manifests:
    lines = lines_of(path)
    first = next((n for n, line in enumerate(lines) if '"scripts"' in line or re.match(r"\[project\.scripts\]", line)), None)
    if first is None:
        built.write(f"- `{cite(path, 1, max(1, min(len(lines), 20)))}`\n")
    else:
        last = next((n for n in range(first + 1, len(lines)) if re.match(r"\s*\}|\s*$|\[", lines[n])), first)
        built.write(f"- Commands are in `{cite(path, first + 1, last + 1)}`\n")
if not manifests:
    built.write("No file that says how it is built was recognised.\n")
built.close()
print(report.sections()[:5], len(edges), "uses between parts")
