# After source.py.

# %% outline
GUIDES = r"(^|/)(readme|contributing|development|developing|hacking|install|getting[-_]started|architecture|agents)(\.\w+)?$"
guides = sorted((file.path for file in every if re.search(GUIDES, file.path, re.I)), key=lambda path: (path.count("/"), path))[:12]
report.write(f"# Onboarding guide\n\n*Offline report: keyword search, no language model. It quotes what the repository says to newcomers, in its own order.{LANGUAGE_NOTE}*\n")
sections = {path: report.section(f"What {path} says") for path in guides}
commands = report.section("Building, running and testing")
folders = report.section("A tour of the folders")
starts = report.section("Where to begin to read")
rules = report.section("What checks and settings hold to")
print("Guides:", guides)

# %% sections
for path, section in sections.items():
    lines = lines_of(path)
    heads = [n for n, line in enumerate(lines) if re.match(r"#{1,3} ", line)] or [0]
    for n, following in zip(heads[:40], [*heads[1:], len(lines)]):
        texts = [at for at in range(n + (lines[n].startswith("#") if lines else 0), following) if lines[at].strip() and not lines[at].startswith(("[!", "!", "<"))]
        title = lines[n].lstrip("# ").strip() if lines and lines[n].startswith("#") else path
        if not texts or lines[texts[0]].startswith(("```", "|")):
            section.write(f"- {title} (`{cite(path, n + 1, max(n + 1, following))}`)\n\n")
            continue
        last = texts[0]
        while last + 1 < following and lines[last + 1].strip() and last - texts[0] < 7 and not lines[last + 1].startswith("```"):
            last += 1
        section.write(f"### {title}\n\n" + "\n".join("> " + line for line in lines[texts[0]:last + 1]) + f"\n\n(`{cite(path, texts[0] + 1, last + 1)}`)\n\n")
    section.close()

MANIFESTS = r"(^|/)(package\.json|pyproject\.toml|setup\.py|Cargo\.toml|go\.mod|Makefile|justfile|Dockerfile|docker-compose\.ya?ml|pom\.xml|build\.gradle(\.kts)?|tox\.ini|requirements\.txt)$"
told = False
for path in [file.path for file in every if re.search(MANIFESTS, file.path) and file.path.count("/") < 2]:
    lines = lines_of(path)
    if path.endswith("package.json"):
        first = next((n for n, line in enumerate(lines) if '"scripts"' in line), None)
        if first is not None:
            for n in range(first + 1, len(lines)):
                script = re.match(r'\s*"([^"]+)":\s*"(.*)",?\s*$', lines[n])
                if not script:
                    break
                commands.write(f"- `npm run {script[1]}` (`{cite(path, n + 1)}`)\n")
                told = True
    elif re.search(r"(Makefile|justfile)$", path):
        for n, line in enumerate(lines):
            target = re.match(r"([a-z][\w-]*):", line)
            if target:
                commands.write(f"- `{'make' if path.endswith('Makefile') else 'just'} {target[1]}` (`{cite(path, n + 1)}`)\n")
                told = True
    elif lines:
        commands.write(f"- {path} (`{cite(path, 1, len(lines))}`)\n")
        told = True
if not told:
    commands.write("No file with commands was recognised.\n")
commands.close()

folders.write("```text\n" + tree(depth=2)[:6000] + "\n```\n\n")
for part, members in by_folder(code).items():
    said = [text for text in (own_words(file, lines_of(file.path)) for file in members[:30]) if text]
    folders.write(f"- **{part}**, {len(members)} files" + (f": {said[0]}" if said else "") + "\n")
folders.close()

entry = [file for file in code if re.search(r"(^|/)(main|index|cli|app|server|extension|__main__|manage)\.\w+$", file.path) and file.size]
for file in entry[:20]:
    lines = lines_of(file.path)
    public = definitions_of(file, lines)
    starts.write(f"- `{cite(file.path, 1, len(lines))}`" + (": " + ", ".join(f"`{one.name}`" for one in public[:6]) if public else "") + "\n")
if tests:
    starts.write(f"\nTests are in {', '.join(sorted({folder_of(file.path) for file in tests})[:12])}; a short one is "
                 f"`{cite(min((file for file in tests if file.size > 200), key=lambda file: file.size, default=tests[0]).path, 1)}`.\n")
if not entry and not tests:
    starts.write("No entry point was recognised by its name.\n")
starts.close()

RULES = r"(^|/)(\.editorconfig|\.eslintrc\S*|eslint\.config\.\w+|biome\.jsonc?|\.prettierrc\S*|tsconfig\S*\.json|ruff\.toml|\.flake8|\.rubocop\.yml|rustfmt\.toml|\.golangci\.ya?ml|\.pre-commit-config\.yaml|CODEOWNERS)$|^\.github/workflows/"
settings = [file for file in files() if re.search(RULES, file.path) and file.size]
for file in settings[:20]:
    rules.write(f"- `{cite(file.path, 1, max(1, len(lines_of(file.path))))}`\n")
if not settings:
    rules.write("No settings of a formatter or linter were recognised.\n")
rules.close()
print(report)
