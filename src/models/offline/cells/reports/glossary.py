# After source.py.

# %% outline
KINDS = {"class", "interface", "enum", "struct", "trait", "union", "type", "record", "protocol", "object"}
entries = {}
for file in code:
    for one in definitions_of(file, lines_of(file.path)):
        if one.kind in KINDS and not one.name.startswith("_"):
            entries.setdefault(one.name, []).append(one)
for path in [file.path for file in every if re.search(r"\.(md|mdx|rst|adoc)$", file.path)][:200]:
    for n, line in enumerate(lines_of(path)):
        bold = re.match(r"\s*(?:[-*] )?\*\*([^*]{2,40})\*\*\s*(?:[:–—]|-- )\s*(\S.{10,})", line)
        if bold:
            entries.setdefault(bold[1].rstrip(":"), []).append(Definition(path, bold[1], "word", n, n, n, [bold[2]], line))
described = {name: found for name, found in entries.items() if any(first_sentence(one.doc) for one in found)}
letters = sorted({name[0].upper() for name in described})

report.write(f"# Glossary\n\n*Offline report: keyword search, no language model. A word is in it when it names a type that has a comment, or is set in bold before its meaning in a document; words that are only used are missing.{LANGUAGE_NOTE}*\n")
sections = {letter: report.section(letter) for letter in letters}
print(f"{len(described)} words with a description, {len(entries) - len(described)} without")

# %% sections
used = {name: len(count(name, word=True, fixed=True)) for name in described} if len(described) <= 400 else {}
for letter, section in sections.items():
    for name in sorted((name for name in described if name[0].upper() == letter), key=str.lower):
        found = [one for one in described[name] if first_sentence(one.doc)]
        texts = [f"{first_sentence(one.doc)} (`{place(one)}`)" for one in found[:3]]
        mentions = f" Used in {used[name]} files." if used.get(name, 0) > 1 else ""
        section.write(f"**{name}** · {found[0].kind}: " + " Also: ".join(texts) + mentions + "\n\n")
    section.close()
rest = sorted(name for name in entries if name not in described)
if rest:
    lines = [f"- `{name}` (`{cite(entries[name][0].path, entries[name][0].at + 1)}`)" for name in rest[:200]]
    report.section("Without a description", "\n".join(lines) + ("\n- and more" if len(rest) > 200 else ""))
if not described:
    report.section("Nothing found", "No type has a comment, and no document sets a word in bold before its meaning.")
print(report)
