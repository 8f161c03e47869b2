import { Range, type TextDocument } from 'vscode';

/** Lines at the end of a document that tell what it is. */
const tailLines = 60;

/** The end of a document, without making a text of all of it. */
export function tailOf(document: TextDocument): string {
  const last = document.lineCount;
  return document.getText(new Range(Math.max(0, last - tailLines), 0, last, 0));
}
