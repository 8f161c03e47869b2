import { listSource, readDefinitions } from './reports/sourceCell';

/*
 * What the offline root writes when every part of a repository is to be described in a report: a section
 * for each folder of source, with what its files define and say about themselves. People read these cells
 * in the recursion view.
 */

const tick = '`';

/** Lists the source, and reserves a section for each folder, or for each file. */
export function outlineOfParts(per: 'folder' | 'file'): string {
  const parts = per === 'file' ? '{file.path: [file] for file in source}' : 'by_folder(source)';
  return `${listSource}

parts = ${parts}
report.write("# Every part and what it says of itself\\n\\n*Offline report: keyword search, no language model. It has what the source defines, and what its comments say.*\\n")
sections = {part: report.section(part) for part in parts}
print(f"{len(parts)} parts, {len(source)} files of source")
for part, members in list(parts.items())[:20]:
    print(f"{part}: {len(members)} files")`;
}

/** Fills the sections: definitions with the comments above them, each with its place. */
export function describeParts(per: 'folder' | 'file'): string {
  const heading =
    per === 'file' ? '""' : String.raw`"### " + displayed(file.path.rpartition("/")[2]) + "\n\n"`;
  return String.raw`${readDefinitions}

def describe_file(file):
    """A file's own description, and its definitions at the outermost level."""
    lines = lines_of(file.path)
    if not lines:
        return "It is empty, or no text."
    said = own_words(file, lines)
    found = [bullet(one) for one in definitions_of(file, lines)]
    if not found and not said:
        found = [f"- (${tick}{cite(file.path, 1, len(lines))}${tick}): {len(lines)} lines, nothing defined at the outermost level"]
    return "\n\n".join(text for text in (said, "\n".join(found)) if text)

described = 0
for part, section in sections.items():
    members = parts[part]
    kinds = ", ".join(sorted({file.language for file in members if file.language}))
    section.write(f"{len(members)} file{'s' * (len(members) != 1)}{', ' + kinds if kinds else ''}.\n")
    for file in members:
        heading = ${heading}
        section.write("\n" + heading + describe_file(file) + "\n")
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
