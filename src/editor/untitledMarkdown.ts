import { EndOfLine, Range, type TextDocument, WorkspaceEdit, workspace } from 'vscode';

/** Opens a new untitled Markdown document with this text, without showing it. */
export async function openUntitledMarkdown(content: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  // It takes the name of one that was just closed, and then, as long as that one's backup is not
  // deleted, also its text.
  const text = document.getText();
  const wanted = withLineEnds(document, content);
  if (text !== wanted) {
    const edit = new WorkspaceEdit();
    const everything = new Range(document.positionAt(0), document.positionAt(text.length));
    edit.replace(document.uri, everything, wanted);
    await workspace.applyEdit(edit);
  }
  return document;
}

/** The text with the line ends of the document. */
export function withLineEnds({ eol }: TextDocument, text: string): string {
  const plain = text.replace(/\r\n?/g, '\n');
  return eol === EndOfLine.CRLF ? plain.replaceAll('\n', '\r\n') : plain;
}
