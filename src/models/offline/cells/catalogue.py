# After source.py.

# %% outline
PER = "folder"  # or "file": what a section is about

parts = {file.path: [file] for file in source} if PER == "file" else by_folder(source)
report.write("# Every part and what it says of itself\n\n*Offline report: keyword search, no language model. It has what the source defines, and what its comments say.*\n")
sections = {part: report.section(part) for part in parts}
print(f"{len(parts)} parts, {len(source)} files of source")
for part, members in list(parts.items())[:20]:
    print(f"{part}: {len(members)} files")

# %% sections
def describe_file(file):
    """A file's own description, and its definitions at the outermost level."""
    lines = lines_of(file.path)
    if not lines:
        return "It is empty, or no text."
    said = own_words(file, lines)
    found = [bullet(one) for one in definitions_of(file, lines)]
    if not found and not said:
        found = [f"- (`{cite(file.path, 1, len(lines))}`): {len(lines)} lines, nothing defined at the outermost level"]
    return "\n\n".join(text for text in (said, "\n".join(found)) if text)

described = 0
for part, section in sections.items():
    members = parts[part]
    kinds = ", ".join(sorted({file.language for file in members if file.language}))
    section.write(f"{len(members)} file{'s' * (len(members) != 1)}{', ' + kinds if kinds else ''}.\n")
    for file in members:
        heading = "" if PER == "file" else "### " + displayed(file.path.rpartition("/")[2]) + "\n\n"
        section.write("\n" + heading + describe_file(file) + "\n")
        described += 1
    section.close()
print(f"{described} files described: {report}")

# %% answer
largest = sorted(parts, key=lambda part: -len(parts[part]))[:5]
answer["content"] = "\n\n".join([
    "Offline answer: keyword search, no language model.",
    f"The report has {len(sections)} section{'s' * (len(sections) != 1)} on {described} files of source, "
    "with what they define and what their comments say, each with its place. "
    f"The largest: {', '.join(largest)}.",
])
answer["ready"] = True
