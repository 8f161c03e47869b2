import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ShownRun } from '../../src/trajectory/shownRun';
import { ViewFeed } from '../../src/trajectory/viewFeed';
import type { HostMessage, ViewMessage } from '../../src/trajectory/viewProtocol';
import { installedChromium } from './chromium';
import { projectFolder } from './folders';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};
const nonce = 'bm9uY2U';

/** A page as VS Code makes it for the view, with the same policy and a few colours of its dark theme. */
const html = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Recursion</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; font-src 'self'; script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="webview.css"></head>
<body class="vscode-dark"><div id="app"></div><script nonce="${nonce}" src="vscode.js"></script><script nonce="${nonce}" src="webview.js"></script></body></html>`;

const theme = `:root{--vscode-foreground:#ccc;--vscode-descriptionForeground:#9d9d9d;--vscode-font-family:sans-serif;--vscode-font-size:13px;
--vscode-editor-font-family:monospace;--vscode-editor-background:#1f1f1f;--vscode-editor-foreground:#ccc;--vscode-focusBorder:#0078d4;
--vscode-textLink-foreground:#4daafc;--vscode-charts-blue:#3794ff;--vscode-charts-green:#89d185;--vscode-charts-purple:#b180d7;
--vscode-charts-orange:#d18616;--vscode-errorForeground:#f85149}body{background:#181818}`;

/** What a page has of VS Code; the state is kept in the page's session, as VS Code keeps it. */
const vscode = `window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.toHost(message),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});`;

/** The recursion view in a plain browser, fed by the real feed. */
export interface ViewPage extends AsyncDisposable {
  readonly page: Page;
  readonly browser: Browser;
  readonly feed: ViewFeed;
  /** What the view said, acknowledgements left out. */
  readonly said: readonly ViewMessage[];
  /** Errors of the page, and what its policy forbade. */
  readonly errors: readonly string[];
  /** Sends a message as the extension does. */
  post(message: HostMessage): Promise<void>;
  show(run: ShownRun): void;
}

export interface ViewPageOptions {
  readonly size?: { readonly width: number; readonly height: number };
  /** Told of each message, before it is sent. */
  readonly onPost?: (message: HostMessage) => void;
  /** The texts of nodes. */
  readonly bodyText?: (message: Extract<ViewMessage, { type: 'body' }>) => string | null;
}

/** Opens the view as it was built into `dist/`. */
export async function openViewPage(options: ViewPageOptions = {}): Promise<ViewPage> {
  await using opened = new AsyncDisposableStack();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    const name = path.slice(1) || 'index.html';
    const made: Record<string, readonly [string, string]> = {
      'index.html': ['text/html', html],
      'theme.css': ['text/css', theme],
      'vscode.js': ['text/javascript', vscode],
    };
    const known = made[name];
    if (known) {
      response.setHeader('content-type', known[0]).end(known[1]);
      return;
    }
    readFile(join(projectFolder, 'dist', name)).then(
      (content) =>
        response
          .setHeader('content-type', types[extname(name)] ?? 'application/octet-stream')
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.defer(() => new Promise((resolve) => server.close(() => resolve())));
  opened.defer(async () => server.closeAllConnections());
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The page has no address.');

  const browser = await chromium.launch({
    executablePath: await installedChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--enable-precise-memory-info',
    ],
  });
  opened.defer(() => browser.close());
  const page = await browser.newPage({ viewport: options.size ?? { width: 400, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });

  const said: ViewMessage[] = [];
  let current: ShownRun | null = null;
  const send = async (message: HostMessage) => {
    options.onPost?.(message);
    // As JSON, as VS Code does: a literal of a megabyte would have to be compiled.
    const json = JSON.stringify(JSON.stringify(message));
    await page.evaluate(`window.postMessage(JSON.parse(${json}), '*')`);
  };
  const feed = new ViewFeed({
    post: (message) => void send(message).catch(() => undefined),
    now: Date.now,
    later: (action, ms) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  opened.defer(async () => feed.dispose());
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  await page.exposeFunction('toHost', (message: ViewMessage) => {
    if (message.type === 'ack') {
      feed.acknowledge(message.seq);
      return;
    }
    said.push(message);
    if (message.type === 'load') {
      feed.load(message.node);
    } else if (message.type === 'ready') {
      isReady();
      feed.show(current, message.opened);
    } else if (message.type === 'body') {
      const { node, part } = message;
      const text = options.bodyText?.(message) ?? null;
      void send({ type: 'body', node, part, text, totalLength: text?.length ?? 0 });
    } else if (message.type === 'coverage') {
      const content = current?.coverage.rows(message.folder) ?? { rows: [], omitted: 0 };
      void send({ type: 'coverage', folder: message.folder, ...content });
    }
  });
  await page.goto(`http://127.0.0.1:${address.port}/`);
  await ready;
  const resources = opened.move();
  return {
    page,
    browser,
    feed,
    said,
    errors,
    post: send,
    show(run) {
      current = run;
      feed.show(run);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
