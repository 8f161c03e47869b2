import { shorten } from '../../shorten';

/** The first lines of a further document of a long report. @param part 2 for the second document. */
export function partHeading(part: number, subject: string): string {
  return `# Report, part ${part}: ${shorten(subject, 60)}\n\n`;
}

/** The last line of a document whose report continues in another one. */
export function goesOnInPart(part: number): string {
  return `*The report goes on in part ${part}.*\n`;
}

/** The last line of the last document when the report is longer. */
export const goesOnInFile =
  '*The report is longer than editors show well. All of it is in its file: **Fathom: Open Report File**.*\n';

/** The text of such a document without these lines. Its line ends must be `\n`. */
export function withoutPartTexts(text: string): string {
  return text.replace(heading, '').replace(ending, '');
}

const heading = /^# Report, part \d+: [^\n]*\n\n/;
const ending = /\*The report (?:goes on in part \d+|is longer than editors show well)[^\n]*\*\n$/;
