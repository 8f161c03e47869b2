import { Range, type TextDocument } from 'vscode';

/** How many lines at the end of a document show what it is. */
const tailLines = 60;

/** The end of a document, without copying all of its text. */
export function tailOf(document: TextDocument): string {
  const last = document.lineCount;
  return document.getText(new Range(Math.max(0, last - tailLines), 0, last, 0));
}
