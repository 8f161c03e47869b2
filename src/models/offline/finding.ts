/** A place that bears on a question, as the offline sub-model reports it and the root reads it. */
export interface Finding {
  /** Path or document name; "" when the text came without one. */
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** Higher is better; about 1 for a place that has every word once. */
  readonly score: number;
  /** Labels of the terms found there. */
  readonly found: readonly string[];
  /** What is defined there, or the heading; "" for lines outside of any. */
  readonly name: string;
  /** The line to show: a signature, a heading, or the line that says most. */
  readonly headline: string;
}

/** What a sub-model says of a text that has nothing on the question. */
export const nothingFound = 'Nothing in this text bears on the question.';

/** Stands for the name where there is none. */
export const noName = '-';

/** The form of one finding: `path:start-end  score  [terms]  name  headline`. Never more than one line. */
export function formatFinding(finding: Finding): string {
  const { path, start, end, score, found, name, headline } = finding;
  const place = path === '' ? `lines ${start}-${end}` : `${path}:${start}-${end}`;
  return `${place}  ${score.toFixed(2)}  [${found.join(', ')}]  ${plainName(name) || noName}  ${headline}`;
}

/** Without what would read as code or as a citation where the name is shown. */
function plainName(name: string): string {
  return name.replaceAll(/[`:\s]+/g, ' ').trim();
}

/** The same in Python, for the root's code: groups path, start, end, score, terms, name, headline. */
export const findingPattern = String.raw`(.+):(\d+)-(\d+)  ([\d.]+)  \[(.*?)\]  (\S.*?)  (.*)`;

const findingLine = new RegExp(`^\\s*${findingPattern}$`, 'u');

/** Reads findings back out of a text that has other lines as well. */
export function parseFindings(text: string): readonly Finding[] {
  return text.split('\n').flatMap((line) => {
    const parts = findingLine.exec(line);
    if (!parts) return [];
    const [, path = '', start, end, score, found = '', name = '', headline = ''] = parts;
    return [
      {
        path,
        start: Number(start),
        end: Number(end),
        score: Number(score),
        found: found.split(', ').filter((label) => label !== ''),
        name: name === noName ? '' : name,
        headline,
      },
    ];
  });
}
