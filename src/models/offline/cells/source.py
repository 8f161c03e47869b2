# %% list
import re
from collections import namedtuple

LANGUAGE_NOTE = ""  # for another language than English

NO_SOURCE = {"Markdown", "JSON", "YAML", "TOML", "XML", "HTML", "CSS", "SCSS", "Less", "CSV", "TSV", "SVG", "INI",
             "Diff", "Plain Text", "Text", "reStructuredText", "AsciiDoc", "Ignore List", "Properties", "Log"}
NOT_WRITTEN_HERE = r"(^|/)(dist|build|out|_?vendor|third_party|node_modules)/|\.min\.|\.map$|\block\b"
TESTS = r"(^|/)(tests?|__tests__|specs?|fixtures?|__mocks__|e2e|testdata)/|[._-](test|spec)s?\.|(^|/)test_"
every = [file for file in files() if not re.search(NOT_WRITTEN_HERE, file.path)]
source = [file for file in every if file.language and file.language not in NO_SOURCE and file.size < 1_000_000]
source = source or every
tests = [file for file in source if re.search(TESTS, file.path)]
code = [file for file in source if not re.search(TESTS, file.path)] or source

def displayed(path):
    """A name as Markdown has it: no HTML, and no end of a table's cell."""
    return path.replace("<", r"\<").replace("|", r"\|").replace('"', "'")

def folder_of(path):
    return displayed(path.rpartition("/")[0]) or "(top level)"

def by_folder(members):
    parts = {}
    for file in members:
        parts.setdefault(folder_of(file.path), []).append(file)
    return dict(sorted(parts.items()))

# %% definitions
DEFINES = re.compile(
    r"^(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|internal|static|final|abstract|async|unsafe|declare"
    r"|sealed|open|data|partial|extern|inline)\s+)*"
    r"(function\*?|class|interface|enum|struct|trait|union|type|const|def|fn|func|module|namespace|object|record|protocol|macro)"
    r"\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)")
COMMENT = re.compile(r"^\s*(?://[/!]?|/\*\*?|\*/?|#(?!\s*(?:include|define|if|endif|pragma|!))|--|;;+)\s?")
NO_DESCRIPTION = re.compile(r"copyright|licen[cs]e|spdx|eslint|biome-ignore|prettier|@ts-|coding[:=]|<reference|noqa", re.I)
Definition = namedtuple("Definition", "path name kind first at last doc line")

def lines_of(path):
    """A file's lines; none when it is not text."""
    try:
        lines = read(path).split("\n")
    except (OSError, ValueError):
        return []
    return lines[:-1] if lines and not lines[-1] else lines

def plain(text):
    """What a comment says, without signs that would look like code, places or HTML."""
    text = re.sub(r"\{@\w+ ([^}]*)\}", r"\1", text.replace("`", "").replace('"""', "").replace("'''", ""))
    return re.sub(r"\s+", " ", text.replace("<", r"\<")).strip()

ABBREVIATION = re.compile(r"(^|[\s(\"'])(([a-z]\.)+|cf\.|vs\.|approx\.|incl\.|resp\.|fig\.|dr\.|mrs?\.)$", re.I)

def first_of(text):
    """A text up to the end of its first sentence, which "e.g." is not."""
    for end in re.finditer(r"[.!?](?=\s)", text):
        said, rest = text[:end.end()], text[end.end():].lstrip()
        if said[-1] != "." or not (rest[:1].islower() or ABBREVIATION.search(said[-20:])):
            return said
    return text

def first_sentence(lines):
    """What a comment says first."""
    text = " ".join(re.sub(r"\*/\s*$", "", COMMENT.sub("", line)).strip() for line in lines)
    text = plain(re.split(r"\s@\w+", " " + text)[0])
    text = first_of(text)[:300].strip()
    wordy = re.search(r"[^\W\d]{2}", text)
    return "" if not wordy or NO_DESCRIPTION.search(text) or re.search(r"\S:\d", text) else text

def above(lines, at):
    """Where the comment above a line begins; the line itself when there is none."""
    first = at
    while first > 0 and at - first < 40 and COMMENT.match(lines[first - 1]) and lines[first - 1].strip():
        first -= 1
    return first

def docstring(lines, at):
    """First and last line of a Python docstring that begins at a line or the next few; None when there is none."""
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

def definitions_of(file, lines):
    """What a file defines at its outermost level."""
    found = []
    for at, line in enumerate(lines):
        match = DEFINES.match(line[:300])
        if not match:
            continue
        doc = docstring(lines, at + 1) if file.path.endswith(".py") and match[1] in ("def", "class") else None
        first = above(lines, at)
        comment = lines[doc[0]:doc[1] + 1] if doc else lines[first:at]
        found.append(Definition(file.path, match[2], match[1], at if doc else first, at, doc[1] if doc else at, comment, line))
    return found

def is_public(definition, lines):
    """Whether code elsewhere is meant to use a definition, as far as its line tells."""
    path, name, line = definition.path, definition.name, definition.line
    if name.startswith("_"):
        return False
    if re.search(r"\.[cm]?[jt]sx?$", path):
        return line.startswith("export") or not any(other.startswith("export") for other in lines)
    if path.endswith(".rs"):
        return line.startswith("pub")
    if path.endswith(".go"):
        return name[0].isupper()
    return not re.match(r"(private|protected|internal)\b", line)

def place(definition):
    """The citation of a definition with its comment."""
    said = first_sentence(definition.doc)
    return cite(definition.path, (definition.first if said else definition.at) + 1, definition.last + 1)

def bullet(definition):
    said = first_sentence(definition.doc)
    return f"- `{definition.name}` (`{place(definition)}`)" + (f": {said}" if said else "")

def own_words(file, lines):
    """What a file says about itself at its top, with its place; "" when it says nothing."""
    doc = docstring(lines, 0) if file.path.endswith(".py") else None
    if not doc and lines and COMMENT.match(lines[0]):
        last = 0
        while last + 1 < min(40, len(lines)) and COMMENT.match(lines[last + 1]):
            last += 1
        after = lines[last + 1].strip() if last + 1 < len(lines) else ""
        doc = None if DEFINES.match(after) else (0, last)
    said = first_sentence(lines[doc[0]:doc[1] + 1]) if doc else ""
    return f"{said} (`{cite(file.path, doc[0] + 1, doc[1] + 1)}`)" if said else ""

# %% answer
titles = [section.title for section in report.sections()]
answer["content"] = "\n\n".join([
    "Offline answer: keyword search, no language model.",
    f"The report has {len(titles)} section{'s' * (len(titles) != 1)}: {', '.join(titles[:12])}{', …' * (len(titles) > 12)}.",
])
answer["ready"] = True
