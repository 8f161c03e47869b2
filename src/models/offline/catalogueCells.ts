/*
 * What the offline root writes when every part of a repository is to be described in a report: a section
 * for each folder of source, with what its files define and say about themselves. People read these cells
 * in the recursion view.
 */

const tick = '`';

/** Lists the source, and reserves a section for each folder, or for each file. */
export function outlineOfParts(per: 'folder' | 'file'): string {
  return String.raw`import re

NO_SOURCE = {"Markdown", "JSON", "YAML", "TOML", "XML", "HTML", "CSS", "SCSS", "Less", "CSV", "TSV", "SVG", "INI",
             "Diff", "Plain Text", "Text", "reStructuredText", "AsciiDoc", "Ignore List", "Properties", "Log"}
NOT_WRITTEN_HERE = r"(^|/)(dist|build|out|_?vendor|third_party|node_modules)/|\.min\.|\.map$|\block\b"
every = [file for file in files() if not re.search(NOT_WRITTEN_HERE, file.path)]
source = [file for file in every if file.language and file.language not in NO_SOURCE and file.size < 1_000_000]
source = source or every

def part_of(path):
    return ${per === 'file' ? 'path' : 'path.rpartition("/")[0] or "(top level)"'}

parts = {}
for file in source:
    parts.setdefault(part_of(file.path), []).append(file)
parts = dict(sorted(parts.items()))

report.write("Offline report: keyword search, no language model. What the source defines, and what its comments say.\n")
sections = {part: report.section(part) for part in parts}
print(f"{len(parts)} parts, {len(source)} files of source")
for part, members in list(parts.items())[:20]:
    print(f"{part}: {len(members)} files")`;
}

/** Fills the sections: definitions with the comments above them, each with its place. */
export function describeParts(per: 'folder' | 'file'): string {
  return String.raw`DEFINES = re.compile(
    r"^(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|internal|static|final|abstract|async|unsafe|declare"
    r"|sealed|open|data|partial|extern|inline)\s+)*"
    r"(function\*?|class|interface|enum|struct|trait|union|type|const|def|fn|func|module|namespace|object|record|protocol|macro)"
    r"\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)")
COMMENT = re.compile(r"^\s*(?://[/!]?|/\*\*?|\*/?|#(?!\s*(?:include|define|if|endif|pragma|!))|--|;;+)\s?")
NO_DESCRIPTION = re.compile(r"copyright|licen[cs]e|spdx|eslint|biome-ignore|prettier|@ts-|coding[:=]|<reference|noqa", re.I)

def first_sentence(lines):
    """What a comment says first, without signs that would look like code or places."""
    text = " ".join(re.sub(r"\*/\s*$", "", COMMENT.sub("", line)).strip() for line in lines)
    text = re.sub(r"\{@\w+ ([^}]*)\}", r"\1", text.replace("${tick}", ""))
    text = re.split(r"\s@\w+", " " + text)[0].strip()
    text = re.split(r"(?<=[.!?])\s", text)[0][:300].strip()
    wordy = re.search(r"[^\W\d]{2}", text)
    return "" if not wordy or NO_DESCRIPTION.search(text) or re.search(r"\S:\d", text) else text

def above(lines, at):
    """Where the comment above a line begins; the line itself when there is none."""
    first = at
    while first > 0 and at - first < 40 and COMMENT.match(lines[first - 1]) and lines[first - 1].strip():
        first -= 1
    return first

def docstring(lines, at):
    """The lines of a Python docstring that begins at a line or the next few; none when there is none."""
    for first in range(at, min(at + 4, len(lines))):
        opening = re.match(r'\s*[rbuRBU]*("""|\'\'\')', lines[first])
        if opening:
            for last in range(first, min(first + 60, len(lines))):
                rest = lines[last][opening.end():] if last == first else lines[last]
                if opening[1] in rest:
                    return first, last
            return None
        if first > at and lines[first].strip().startswith(("def ", "class ")):
            return None
    return None

def bullet(path, name, first, last, text):
    what = f"${tick}{name}${tick} (" if name else "("
    return f"- {what}${tick}{cite(path, first + 1, last + 1)}${tick})" + (f": {text}" if text else "")

def describe_file(file):
    """A file's own description, and its definitions at the outermost level."""
    try:
        lines = read(file.path).split("\n")
    except (OSError, ValueError):
        return ["It could not be read as text."]
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        return ["It is empty."]
    python = file.language == "Python"
    found = []
    own = docstring(lines, 0) if python else None
    if own:
        said = first_sentence([re.sub(r'"""|\'\'\'', "", line) for line in lines[own[0]:own[1] + 1]])
        found += [bullet(file.path, "", own[0], own[1], said)] if said else []
    for at, line in enumerate(lines):
        match = DEFINES.match(line[:300])
        if not match:
            continue
        doc = docstring(lines, at + 1) if python and match[1] in ("def", "class") else None
        first = above(lines, at)
        last = doc[1] if doc else at
        said = first_sentence([re.sub(r'"""|\'\'\'', "", text) for text in lines[doc[0]:doc[1] + 1]]
                              if doc else lines[first:at])
        found.append(bullet(file.path, match[2], first if said and not doc else at, last, said))
    if found:
        return found
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    return [bullet(file.path, "", first, len(lines) - 1, f"{len(lines)} lines, nothing defined at the outermost level")]

described = 0
for part, section in sections.items():
    members = parts[part]
    kinds = ", ".join(sorted({file.language for file in members if file.language}))
    section.write(f"{len(members)} file{'s' * (len(members) != 1)}{', ' + kinds if kinds else ''}.\n")
    for file in members:
        ${per === 'file' ? 'heading = ""' : 'heading = "### " + file.path.rpartition("/")[2] + "\\n\\n"'}
        section.write("\n" + heading + "\n".join(describe_file(file)) + "\n")
        described += 1
    section.close()
print(f"{described} files described: {report}")`;
}

/** Says in the answer what the report has. */
export const answerFromReport = String.raw`largest = sorted(parts, key=lambda part: -len(parts[part]))[:5]
answer["content"] = "\n\n".join([
    "Offline answer: keyword search, no language model.",
    f"The report has {len(sections)} section{'s' * (len(sections) != 1)} on {described} files of source, "
    "with what they define and what their comments say, each with its place. "
    f"The largest: {', '.join(largest)}.",
])
answer["ready"] = True`;

const every =
  /\b(?:describe|document|list|explain|summari[sz]e|outline|catalogu?e|walk through)\b[^.?!]*\b(?:every|each|all)\b[^.?!]*?\b(modules?|files?|folders?|director(?:y|ies)|packages?|components?|functions?|methods?|class(?:es)?|types?|definitions?|symbols?|apis?)\b/i;

/** What each section of a report is to be about; null when the question is not about every part. */
export function partsOf(question: string): 'folder' | 'file' | null {
  const part = every.exec(question)?.[1];
  if (part === undefined) return null;
  return /^(?:module|folder|director|package|component)/i.test(part) ? 'folder' : 'file';
}
