import { type Browser, chromium, type Page } from 'playwright-core';
import { installedChromium } from './chromium';
import { type CodeServerHost, type CodeServerOptions, startCodeServer } from './codeServerHost';
import { runFromPalette } from './commandPalette';
import { temporaryFolder } from './folders';

/** How long whatever a test waits for in a window may take, in ms; a busy machine needs some of it. */
const ACTION_LIMIT = 60_000;

/** How long the workbench may take until it can be used, in ms; it is 4 s on a fast machine. */
const OPEN_LIMIT = 90_000;

export interface WorkbenchOptions extends Omit<CodeServerOptions, 'home' | 'isDriven'> {
  /** The folder that the window shows, absolute. */
  readonly folder: string;
  /** The extension to load from its sources' folder, absolute. */
  readonly extensionDevelopmentPath?: string;
  /** A module whose `run()` is called in the extension host, absolute; needs `extensionDevelopmentPath`. */
  readonly extensionTestsPath?: string;
  /** Size of the window in CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A VS Code window, with an extension host of its own, that nothing else shares. */
export interface Workbench extends AsyncDisposable {
  readonly page: Page;
  /** Folder that installed extensions are in. */
  readonly extensionsFolder: string;
  /** Settles with the status of `extensionTestsPath`: 0 when its `run()` resolved. */
  readonly testsEnded: Promise<number>;
  /** Opens the command palette and runs the command of that title. */
  runCommand(title: string): Promise<void>;
  /** What the window, the server and the extension host logged; for failure messages. */
  logs(): Promise<string>;
}

/** Starts a VS Code with nothing in it but what the options say, and waits until it can be used. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await temporaryFolder('workbench'));
  const isDriven = options.extensionDevelopmentPath !== undefined;
  const server = opened.use(await startCodeServer({ ...options, home: home.path, isDriven }));
  const browser = await launchBrowser();
  opened.defer(() => browser.close());

  const context = await browser.newContext({
    locale: 'en-US',
    viewport: options.size ?? { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(ACTION_LIMIT);
  const messages: string[] = [];
  page.on('console', (message) => messages.push(`[${message.type()}] ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`[page error] ${error.stack ?? error.message}`));
  const {
    promise: testsEnded,
    resolve: endTests,
    reject: failTests,
  } = Promise.withResolvers<number>();
  testsEnded.catch(() => {}); // Those who wait for it see it; nobody has to.
  browser.once('disconnected', () =>
    failTests(new Error('The browser ended before the tests did.')),
  );
  page.once('crash', () => failTests(new Error('The window crashed.')));
  // VS Code calls these two when it runs under a driver.
  await page.exposeFunction('codeAutomationLog', () => {});
  await page.exposeFunction('codeAutomationExit', (status: number) => endTests(status));

  const logs = async () => `${messages.join('\n')}\n${await server.logs()}`;
  try {
    await page.goto(workbenchAddress(server, options), { timeout: OPEN_LIMIT });
    await page
      .locator('.monaco-workbench .statusbar-item')
      .first()
      .waitFor({ timeout: OPEN_LIMIT });
  } catch (error) {
    throw new Error(`The workbench did not open.\n${await logs()}`, { cause: error });
  }
  const resources = opened.move();
  return {
    page,
    extensionsFolder: server.extensionsFolder,
    testsEnded,
    logs,
    runCommand: (title) => runFromPalette(page, title),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await installedChromium(),
    args: [
      '--no-sandbox', // Continuous integration runs as root.
      '--disable-gpu',
      '--disable-dev-shm-usage', // Containers give it 64 MB.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', // No network but this machine's.
    ],
  });
}

function workbenchAddress(
  { origin, authority }: CodeServerHost,
  options: WorkbenchOptions,
): string {
  const { extensionDevelopmentPath, extensionTestsPath } = options;
  const remote = (path: string) => `vscode-remote://${authority}${path}`;
  const payload = Object.entries({ extensionDevelopmentPath, extensionTestsPath }).flatMap(
    ([name, path]) => (path === undefined ? [] : [[name, remote(path)]]),
  );
  const address = new URL(origin);
  address.searchParams.set('folder', options.folder);
  address.searchParams.set('payload', JSON.stringify(payload));
  return address.href;
}
