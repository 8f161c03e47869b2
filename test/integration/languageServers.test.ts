import { match, strictEqual } from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  commands,
  Location,
  languages,
  Range,
  SymbolInformation,
  SymbolKind,
  Uri,
  window,
  workspace,
} from 'vscode';
import { ask, closeEverything, until, workspaceFolder } from './extensionHost';
import { cell, submission, useScriptedModel } from './scriptedModel';

const files = {
  'levels/level.css':
    ':root {\n  --tide: blue;\n}\n\n.gauge {\n  color: var(--tide);\n}\n\n.broken {\n  color:\n}\n',
  'levels/first.css': '.first {\n}\n',
  'levels/README.md': '# Levels of the tide\n\nText.\n',
  'levels/level.odd': 'to rise\n  nothing\nrise\n',
  'levels/.env': 'KEY=rise\n',
} as const;

async function symbolsOf(uri: Uri): Promise<readonly unknown[]> {
  const found = await commands.executeCommand<readonly unknown[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  return found ?? [];
}

/** What a cell prints that the model wrote, as it is shown to the model on its next turn. */
async function printed(...code: readonly string[]): Promise<string> {
  await using model = await useScriptedModel([cell(code.join('\n')), submission('Done.')]);
  const { status } = await ask('What is in levels?');
  strictEqual(status, 'answered');
  return model.server.requests[1]?.prompt ?? '';
}

describe('language servers of the editor', () => {
  const uri = (path: string) => Uri.joinPath(workspaceFolder().uri, path);

  before(async () => {
    for (const [path, text] of Object.entries(files)) {
      await workspace.fs.writeFile(uri(path), new TextEncoder().encode(text));
    }
    // However long the server takes to start: Fathom does not wait for it forever.
    await workspace.openTextDocument(uri('levels/first.css'));
    await until(async () => (await symbolsOf(uri('levels/first.css'))).length > 0, 'CSS is known');
  });
  after(() => workspace.fs.delete(uri('levels'), { recursive: true }));
  afterEach(closeEverything);

  it('tell the model’s code what a file declares, and what a name means', async () => {
    const shown = await printed(
      'print(outline("levels/level.css"))',
      'print(definition("levels/level.css", 6, "--tide"))',
      'print("used", references("levels/level.css", 2, "--tide"))',
    );
    const lines = [
      '^levels/level\\.css:5: class \\.gauge$',
      '^levels/level\\.css:2:   --tide: blue;$',
      '^used levels/level\\.css:2:   --tide: blue;$',
      '^levels/level\\.css:6:   color: var\\(--tide\\);$',
    ];
    match(shown, new RegExp(lines.join('[^]*'), 'm'));
  });

  it('tell what is wrong with a file that is open, and of others that it is not known', async () => {
    const code = 'print(diagnostics("levels/level.css"))';
    match(
      await printed(code),
      /^fathom\.errors\.NotAvailable: .* "levels\/level\.css", and may not/m,
    );
    await window.showTextDocument(uri('levels/level.css'));
    await until(
      () => languages.getDiagnostics(uri('levels/level.css')).length > 0,
      'the file is checked',
    );
    match(
      await printed(code),
      /^levels\/level\.css:1\d: error: property value expected \[css css-propertyvalueexpected\]/m,
    );
  });

  it('find symbols in all files, and no place that policy hides', async () => {
    using _ = someServer(uri);
    const shown = await printed('print(symbols("rise"))');
    match(shown, /^levels\/level\.odd:1: function rise\n\[2 more outside the context or/m);
  });

  it('tell who calls a function', async () => {
    using _ = someServer(uri);
    const shown = await printed('print(callers("levels/level.odd", 1, "rise"))');
    match(shown, /^levels\/level\.odd:3: rise \[in the top level\]$/m);
  });

  it('are not asked about what policy hides, and say where there is none', async () => {
    const shown = await printed(
      'for path in ["levels/.env", "levels/README.md", "src/gauge.py"]:',
      '    try:',
      '        print(path, len(outline(path)))',
      '    except Exception as error:',
      '        print(path, type(error).__name__, error)',
    );
    match(shown, /^levels\/\.env PermissionError .*secret-file policy/m);
    match(shown, /^levels\/README\.md 1$/m);
    match(shown, /^src\/gauge\.py NotAvailable No language server answers for .* \(Python\)/m);
  });

  it('are spoken of in the prompt', async () => {
    await using model = await useScriptedModel([submission('Done.')]);
    await ask('What is here?');
    match(
      model.server.requests[0]?.messages[0]?.content ?? '',
      /`definition\(path, line, symbol\)`/,
    );
  });
});

/** What an extension for a language registers that knows symbols and calls. */
function someServer(uri: (path: string) => Uri): Disposable {
  const name = new Range(0, 3, 0, 7);
  const symbolIn = (file: Uri) =>
    new SymbolInformation('rise', SymbolKind.Function, '', new Location(file, name));
  const selector = { pattern: '**/*.odd' };
  const registered = [
    languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (query) =>
        query === 'rise'
          ? ['levels/level.odd', 'levels/.env', '../elsewhere.odd'].map((path) =>
              symbolIn(uri(path)),
            )
          : [],
    }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: ({ uri: file }) => [symbolIn(file)],
    }),
    languages.registerCallHierarchyProvider(selector, {
      prepareCallHierarchy: ({ uri: file }) =>
        new CallHierarchyItem(SymbolKind.Function, 'rise', '', file, name, name),
      provideCallHierarchyIncomingCalls: ({ uri: file }) => {
        const all = new Range(0, 0, 3, 0);
        const top = new CallHierarchyItem(SymbolKind.Module, 'the top level', '', file, all, all);
        return [new CallHierarchyIncomingCall(top, [new Range(2, 0, 2, 4)])];
      },
      provideCallHierarchyOutgoingCalls: () => [],
    }),
  ];
  return {
    [Symbol.dispose]: () => {
      for (const one of registered) one.dispose();
    },
  };
}
