import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import * as z from 'zod';
import { readEntries } from '../../src/trajectory/log';
import { emptyTree, reduce, type Tree } from '../../src/trajectory/tree';
import type { Workbench } from './workbench';

/** The page of the recursion view: a frame within the frame that VS Code makes for a webview. */
export function viewFrame(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}

/** Shows the view and waits until it has drawn something. */
export async function openRecursionView(workbench: Workbench): Promise<FrameLocator> {
  await workbench.runCommand('Fathom: Show Recursion');
  const frame = viewFrame(workbench.page);
  await frame.locator('main').waitFor();
  return frame;
}

/** Files that the extension keeps for its runs. */
export async function runLogs(workbench: Workbench): Promise<readonly string[]> {
  const folder = join(userFolder(workbench), 'globalStorage', 'fathom.fathom', 'runs');
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => join(folder, file));
}

/** The last run as its log has it so far. */
export async function treeOfLastLog(workbench: Workbench): Promise<Tree> {
  const log = (await runLogs(workbench)).at(-1);
  if (log === undefined) throw new Error('There is no log.');
  let tree = emptyTree();
  for await (const entry of readEntries(log)) {
    if (entry.type !== 'record') tree = reduce(tree, entry);
  }
  return tree;
}

/** The rows of the tree as they are read: level, summary and remark. */
export async function shownRows(view: FrameLocator): Promise<string[]> {
  return view.getByRole('treeitem').evaluateAll((items) =>
    items
      .map((item) => ({ at: Number(item.getAttribute('data-index')), item }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => {
        const words = item.querySelector('.words');
        const parts = [...(words?.querySelectorAll('.summary, .remark') ?? [])];
        const text = parts.map((part) => part.textContent).join(' · ');
        return `${'  '.repeat(Number(item.getAttribute('aria-level')) - 1)}${text}`;
      }),
  );
}

function userFolder({ extensionsFolder }: Workbench): string {
  return join(dirname(extensionsFolder), 'user-data', 'User');
}

const axeResult = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
    }),
  ),
});

/** What an automated accessibility check (axe-core) has to say against a frame: one line per finding. */
export async function accessibilityFindings(frame: Frame): Promise<readonly string[]> {
  const source = await readFile(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  await frame.evaluate(source);
  // A view's page is see-through; the check has to know what VS Code has behind it.
  await frame.evaluate("document.body.style.background = 'var(--vscode-sideBar-background)'");
  const result = axeResult.parse(await frame.evaluate('axe.run(document)'));
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

/** The frame behind `viewFrame`, for what only a frame can do. */
export async function frameOf(frame: FrameLocator): Promise<Frame> {
  const handle = await frame.locator('body').elementHandle();
  const owner = await handle?.ownerFrame();
  if (!owner) throw new Error('The view has no frame.');
  return owner;
}
