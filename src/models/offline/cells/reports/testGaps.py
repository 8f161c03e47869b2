# After source.py.

# %% outline
named = {}
for file in tests:
    for n, line in enumerate(lines_of(file.path)):
        for word in re.findall(r"[A-Za-z_$][\w$]*", line[:2000]):
            named.setdefault(word, (file.path, n))
parts = by_folder(file for file in source if not re.search(TESTS, file.path))
report.write(f"# Test gaps\n\n*Offline report: keyword search, no language model. A definition counts as named when its name stands anywhere in a test file. That a test names it does not show that it is tested; what no test names may be tested through what calls it.{LANGUAGE_NOTE}*\n")
overview = report.section("Modules")
sections = {part: report.section(part) for part in parts}
print(f"{len(tests)} test files with {len(named)} different words, {len(parts)} modules")

# %% sections
rows = []
missing_in_all = 0
for part, section in sections.items():
    known, missing = [], []
    for file in parts[part]:
        lines = lines_of(file.path)
        for one in definitions_of(file, lines):
            if is_public(one, lines) and one.kind not in ("type", "interface"):
                (known if one.name in named else missing).append(one)
    if missing:
        section.write(f"No test names {len(missing)} of {len(missing) + len(known)} public definitions:\n\n")
        section.write("\n".join(bullet(one) for one in missing[:200]) + "\n\n")
    elif known:
        section.write(f"Tests name all {len(known)} public definitions.\n\n")
    else:
        section.write("Nothing that looks public is defined here at the outermost level.\n\n")
    if known:
        section.write("Named in tests, for example:\n\n")
        for one in known[:10]:
            path, n = named[one.name]
            section.write(f"- `{one.name}` (`{cite(one.path, one.at + 1)}`) in `{cite(path, n + 1)}`\n")
    section.close()
    missing_in_all += len(missing)
    rows.append((len(missing), f"| {part} | {len(missing) + len(known)} | {len(known)} | {len(missing)} |"))
rows.sort(key=lambda row: -row[0])
head = ["| Module | Public definitions | named in tests | not named |", "| --- | ---: | ---: | ---: |"]
overview.fill(f"{len(tests)} test files.\n\n" + "\n".join(head + [text for n, text in rows]))
print(f"{missing_in_all} public definitions that no test names: {report}")
