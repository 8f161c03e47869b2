import { window } from 'vscode';
import { oneLine } from './plainText';

type Show = typeof window.showInformationMessage;
/** Its first form; the others differ in what comes after the message. */
type ShowOne = (message: string, ...rest: string[]) => Thenable<string | undefined>;

/**
 * Messages of Fathom. The editor makes links of what looks like Markdown's in them, to commands as well, and
 * they hold questions, names and what servers say: here all of it is text.
 */
export const messages = {
  showErrorMessage: shownAsText((...given) => window.showErrorMessage(...given)),
  showWarningMessage: shownAsText((...given) => window.showWarningMessage(...given)),
  showInformationMessage: shownAsText((...given) => window.showInformationMessage(...given)),
};

function shownAsText(show: ShowOne): Show {
  const shown: ShowOne = (message, ...rest) => show(oneLine(message), ...rest);
  return shown as Show;
}
