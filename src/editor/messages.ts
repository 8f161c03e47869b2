import { window } from 'vscode';
import { oneLine } from './plainText';

type Show = typeof window.showInformationMessage;
/** Its first overload; the others differ in what follows the message. */
type ShowOne = (message: string, ...rest: string[]) => Thenable<string | undefined>;

/**
 * Messages of Fathom, shown as plain text. The editor turns Markdown links in them into links, even to commands,
 * and they contain questions, names and replies of servers.
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
