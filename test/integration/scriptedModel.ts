import { commands } from 'vscode';
import type { ModelScript } from '../host/modelScript';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../host/modelServer';
import { replaceInWindow, withSettings } from './extensionHost';

/** The key that the scripted server is asked with. */
export const testKey = 'sk-test-4f1e2d3c';

/** A model server of this test, with Fathom set up to ask it. */
export interface ScriptedModel extends AsyncDisposable {
  readonly server: ModelServer;
}

/** Starts a scripted model and does what a user does to have Fathom ask it. */
export async function useScriptedModel(
  script: ModelScript,
  options?: ModelServerOptions,
): Promise<ScriptedModel> {
  const server = await startModelServer(script, options);
  const settings = await withSettings({
    'fathom.baseUrl': server.url,
    'fathom.model': 'test-model',
    'fathom.offline': undefined,
    // Scripts are about the loop, and the fixture's workspace may be small.
    'fathom.directAnswers': false,
  });
  await enterKey(testKey);
  return {
    server,
    async [Symbol.asyncDispose]() {
      await commands.executeCommand('fathom.clearApiKey');
      await settings[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** Enters an API key for the endpoint of the settings, through the command. */
export async function enterKey(key: string): Promise<void> {
  using _ = replaceInWindow('showInputBox', async () => key);
  await commands.executeCommand('fathom.setApiKey');
}

/** What a model says to run a cell. */
export function cell(code: string, intention = 'I look.'): string {
  return `${intention}\n\n\`\`\`repl\n${code}\n\`\`\`\n`;
}

/** What a model says to submit an answer, once it has looked at what there is and at what it cites. */
export function submission(answer: string): string {
  const cited = [...answer.matchAll(/([\w./-]+\.\w+):(\d+)/g)].map(([, path, line]) => [
    path,
    Number(line),
  ]);
  const code = [
    'files()',
    `for path, line in ${JSON.stringify(cited)}:`,
    '    try: read(path, line, line)',
    '    except Exception: pass',
    `answer["content"] = ${JSON.stringify(answer)}`,
    'answer["ready"] = True',
  ];
  return cell(code.join('\n'), 'I answer.');
}
