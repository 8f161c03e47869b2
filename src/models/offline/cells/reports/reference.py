# After source.py.

# %% outline
report.write(f"# API reference\n\n*Offline report: keyword search, no language model. It has every definition at the outermost level that looks public, with its signature and comment as they are.{LANGUAGE_NOTE}*\n")
index = report.section("Modules")
parts = by_folder(code)
sections = {part: report.section(part) for part in parts}
print(f"{len(parts)} modules, {len(code)} files of source")

# %% sections
METHOD = re.compile(r"^(?:  |    |\t)(?:(?:public|static|async|override|abstract|readonly|get|set|def|fn|func|pub)\s+)*([A-Za-z_$][\w$]*)\s*(?:<[^>]*>)?\(")
WORDS = {"if", "for", "while", "switch", "return", "catch", "constructor", "super", "throw", "await", "with", "assert"}
TYPES = {"interface", "type", "enum", "struct", "trait", "union", "record", "protocol"}

def signature_end(lines, definition):
    """The last line of a signature, or of a short type."""
    at, whole = definition.at, definition.kind in TYPES
    for n in range(at, min(at + (25 if whole else 12), len(lines))):
        line = lines[n].rstrip()
        if whole and (re.match(r"[})]", line) or line.endswith(";") and (n == at or not line.startswith(" "))):
            return n
        if not whole and re.search(r"(\{|:|;|=>|=)$|\{.*\}$", line):
            return n
    return at

def documentation(definition):
    """The whole comment, as paragraphs; what looks like a place in a file is left out."""
    texts = [re.sub(r"\*/\s*$", "", COMMENT.sub("", line)).strip() for line in definition.doc]
    paragraphs = "\n".join(text for text in texts if not re.search(r"\S:\d", text)).strip().split("\n\n")
    said = [plain(paragraph.replace("\n@", "\n\n@")) for paragraph in paragraphs]
    said = [re.sub(r"@(param|returns?|throws|example|see|default)\b", r"**\1**", text) for text in said if text]
    return [] if said and NO_DESCRIPTION.search(said[0]) else said

def block_end(lines, at):
    for n in range(at + 1, len(lines)):
        if lines[n].strip() and not lines[n][0].isspace() and not lines[n].startswith((")", "]")):
            return n
    return len(lines)

def methods_of(definition, lines):
    found = []
    for n in range(definition.at + 1, block_end(lines, definition.at)):
        match = METHOD.match(lines[n])
        if match and match[1] not in WORDS and not match[1].startswith("_") and re.search(r"(\{|:|;|,|\()\s*$", lines[n]) \
                and "private " not in lines[n]:
            doc = docstring(lines, n + 1) if definition.path.endswith(".py") else None
            first = above(lines, n)
            said = first_sentence(lines[doc[0]:doc[1] + 1] if doc else lines[first:n])
            start, end = (n, doc[1]) if doc else (first if said else n, n)
            found.append(f"- `{match[1]}` (`{cite(definition.path, start + 1, end + 1)}`)" + (f": {said}" if said else ""))
    return found

rows = []
described = 0
for part, section in sections.items():
    count_here = 0
    for file in parts[part]:
        lines = lines_of(file.path)
        public = [one for one in definitions_of(file, lines) if is_public(one, lines)]
        if not public:
            continue
        section.write(f"### {displayed(file.path.rpartition('/')[2])}\n\n")
        said = own_words(file, lines)
        if said:
            section.write(said + "\n\n")
        for one in public:
            last = signature_end(lines, one)
            shown = "\n".join(lines[one.at:last + 1])
            marks = "~~~~" if "```" in shown else "```"
            tag = file.path.rpartition(".")[2] if "." in file.path else ""
            section.write(f"#### {one.name}\n\n`{cite(one.path, one.at + 1, last + 1)}`\n\n{marks}{tag}\n{shown}\n{marks}\n\n")
            section.write("".join(text + "\n\n" for text in documentation(one)))
            inside = methods_of(one, lines) if one.kind in ("class", "trait", "object", "protocol") else []
            if inside:
                section.write("\n".join(inside) + "\n\n")
            count_here += 1
    if count_here == 0:
        section.write("Nothing that looks public is defined here at the outermost level.\n")
    section.close()
    rows.append(f"| {part} | {len(parts[part])} | {count_here} |")
    described += count_here
index.fill("\n".join(["| Module | Files | Public definitions |", "| --- | ---: | ---: |", *rows]))
print(f"{described} definitions described: {report}")
