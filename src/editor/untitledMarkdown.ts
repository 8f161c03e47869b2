import { EndOfLine, Range, type TextDocument, WorkspaceEdit, workspace } from 'vscode';

/** Opens a new untitled Markdown document with this text, without showing it. */
export async function openUntitledMarkdown(content: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  // It may get the name of a document that was just closed, and with it the text of that one's backup.
  await setText(document, content);
  return document;
}

/** Sets the text of a document. False when it is closed. */
export async function setText(document: TextDocument, content: string): Promise<boolean> {
  const text = document.getText();
  const wanted = withLineEnds(document, content);
  if (document.isClosed) return false;
  if (text === wanted) return true;
  const everything = new Range(document.positionAt(0), document.positionAt(text.length));
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, everything, wanted);
  return workspace.applyEdit(edit);
}

/** The text with the line ends of the document. */
export function withLineEnds({ eol }: TextDocument, text: string): string {
  const plain = text.replace(/\r\n?/g, '\n');
  return eol === EndOfLine.CRLF ? plain.replaceAll('\n', '\r\n') : plain;
}
