import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

/**
 * The page of the recursion view. It may load its own script, style and font, but nothing else.
 * @param state the state that an earlier page left; any text
 */
export function viewHtml(webview: Webview, dist: Uri, state: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const own = (name: string) => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Recursion</title>
    <link rel="stylesheet" href="${own('webview.css')}">
  </head>
  <body>
    <div id="app" data-state="${escaped(state)}"></div>
    <script nonce="${nonce}" src="${own('webview.js')}"></script>
  </body>
</html>`;
}

/** Escapes text for an attribute in double quotes. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
