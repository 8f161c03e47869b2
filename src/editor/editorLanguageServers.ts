import { setTimeout as delay } from 'node:timers/promises';
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  commands,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentSymbol,
  type Location,
  type LocationLink,
  languages,
  Position,
  type Range,
  type SymbolInformation,
  SymbolKind,
  TabInputText,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import type {
  LanguageServers,
  ServerCall,
  ServerDiagnostic,
  ServerPlace,
  ServerSymbol,
} from '../repository/language/languageServers';

/** How long a server may take to start after the first file of its language was opened, in ms. */
const wakeMs = 8_000;
/** The first and the longest wait between checks while it starts, in ms. */
const firstWaitMs = 50;
const longestWaitMs = 1_000;
/** How long a server may take to check a file after it was opened, in ms. */
const checkMs = 3_000;

/**
 * This editor's language servers, asked through VS Code's own commands. These can't be cancelled: callers stop
 * waiting.
 */
export class EditorLanguageServers implements LanguageServers {
  /** Languages whose servers have answered, or had enough time to. */
  readonly #awake = new Set<string>();

  async symbols(query: string): Promise<readonly ServerSymbol[]> {
    const found = await ask<SymbolInformation>('vscode.executeWorkspaceSymbolProvider', query);
    return found.flatMap((symbol) => fromInformation(symbol));
  }

  async outline(file: string, signal: AbortSignal): Promise<readonly ServerSymbol[] | null> {
    const document = await this.#open(file, signal);
    const found = await outlineOf(document);
    return found.length > 0 ? found : null;
  }

  async definition(at: ServerPlace, signal: AbortSignal): Promise<readonly ServerPlace[]> {
    await this.#open(at.file, signal);
    return placesOf(await askAt<Location | LocationLink>('vscode.executeDefinitionProvider', at));
  }

  async references(at: ServerPlace, signal: AbortSignal): Promise<readonly ServerPlace[]> {
    await this.#open(at.file, signal);
    return placesOf(await askAt<Location>('vscode.executeReferenceProvider', at));
  }

  async callers(at: ServerPlace, signal: AbortSignal): Promise<readonly ServerCall[] | null> {
    await this.#open(at.file, signal);
    const items = await askAt<CallHierarchyItem>('vscode.prepareCallHierarchy', at);
    if (items.length === 0) return null;
    const calls: ServerCall[] = [];
    for (const item of items) {
      signal.throwIfAborted();
      for (const { from, fromRanges } of await ask<CallHierarchyIncomingCall>(
        'vscode.provideIncomingCalls',
        item,
      )) {
        for (const range of fromRanges) {
          calls.push(...placeOf(from.uri, range).map((place) => ({ ...place, caller: from.name })));
        }
      }
    }
    return calls;
  }

  async diagnostics(
    file: string | null,
    signal: AbortSignal,
  ): Promise<readonly ServerDiagnostic[] | null> {
    if (file === null) {
      const all = languages.getDiagnostics().flatMap(([uri, found]) => fromDiagnostics(uri, found));
      return all.length > 0 ? all : null;
    }
    const uri = Uri.file(file);
    if (languages.getDiagnostics(uri).length === 0 && !isInTab(uri)) {
      const checked = diagnosticsOf(uri, signal);
      await this.#open(file, signal);
      await checked;
    }
    const found = fromDiagnostics(uri, languages.getDiagnostics(uri));
    return found.length > 0 || isInTab(uri) ? found : null;
  }

  /** Opens a file without showing it: servers start with the first file of their language. */
  async #open(file: string, signal: AbortSignal): Promise<TextDocument> {
    const document = await workspace.openTextDocument(Uri.file(file));
    const language = document.languageId;
    const deadline = Date.now() + wakeMs;
    for (
      let wait = firstWaitMs;
      !this.#awake.has(language);
      wait = Math.min(longestWaitMs, 2 * wait)
    ) {
      if (Date.now() > deadline || (await outlineOf(document)).length > 0)
        this.#awake.add(language);
      else await delay(wait, undefined, { signal });
    }
    return document;
  }
}

async function outlineOf({ uri }: TextDocument): Promise<readonly ServerSymbol[]> {
  const found = await ask<DocumentSymbol | SymbolInformation>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  return found.flatMap((symbol) =>
    'selectionRange' in symbol ? fromDocument(uri, symbol, '') : fromInformation(symbol),
  );
}

/** The result of a command; empty when it has none. */
async function ask<T>(command: string, ...given: readonly unknown[]): Promise<readonly T[]> {
  return (await commands.executeCommand<readonly T[] | undefined>(command, ...given)) ?? [];
}

function askAt<T>(command: string, { file, line, column }: ServerPlace): Promise<readonly T[]> {
  return ask<T>(command, Uri.file(file), new Position(line - 1, column - 1));
}

function placesOf(found: readonly (Location | LocationLink)[]): readonly ServerPlace[] {
  return found.flatMap((one) =>
    'targetUri' in one
      ? placeOf(one.targetUri, one.targetSelectionRange ?? one.targetRange)
      : placeOf(one.uri, one.range),
  );
}

/** Empty for what is not a file, such as a virtual document. */
function placeOf(uri: Uri, { start }: Range): readonly ServerPlace[] {
  if (uri.scheme !== 'file') return [];
  return [{ file: uri.fsPath, line: start.line + 1, column: start.character + 1 }];
}

function fromDocument(uri: Uri, symbol: DocumentSymbol, container: string): ServerSymbol[] {
  const { name, kind, range, selectionRange, children } = symbol;
  const own = placeOf(uri, selectionRange).map((place) => ({
    ...place,
    end: range.end.line + 1,
    name,
    kind: kindOf(kind),
    container,
  }));
  return [...own, ...children.flatMap((child) => fromDocument(uri, child, name))];
}

function fromInformation(symbol: SymbolInformation): readonly ServerSymbol[] {
  const { name, kind, containerName, location } = symbol;
  // Some servers know only the file until a symbol is opened.
  const range: Range | undefined = location.range;
  if (!range) return [];
  return placeOf(location.uri, range).map((place) => ({
    ...place,
    end: range.end.line + 1,
    name,
    kind: kindOf(kind),
    container: containerName ?? '',
  }));
}

/** `enum member` for `EnumMember`. */
function kindOf(kind: SymbolKind): string {
  return SymbolKind[kind].replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

const severities = {
  [DiagnosticSeverity.Error]: 'error',
  [DiagnosticSeverity.Warning]: 'warning',
  [DiagnosticSeverity.Information]: 'information',
  [DiagnosticSeverity.Hint]: 'hint',
} as const;

function fromDiagnostics(uri: Uri, found: readonly Diagnostic[]): readonly ServerDiagnostic[] {
  return found.flatMap(({ range, severity, message, source, code }) => {
    const number = typeof code === 'object' ? code.value : code;
    const said = [source, number].filter((part) => part !== undefined && part !== '').join(' ');
    const what = { severity: severities[severity], message, source: said };
    return placeOf(uri, range).map((place) => ({ ...place, ...what }));
  });
}

function isInTab(uri: Uri): boolean {
  return window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.fsPath === uri.fsPath),
  );
}

/** Resolves when a server reported on a file, or had enough time to. */
async function diagnosticsOf(uri: Uri, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const listening = languages.onDidChangeDiagnostics(({ uris }) => {
    if (uris.some((one) => one.fsPath === uri.fsPath)) done.abort();
  });
  try {
    const patience = AbortSignal.any([signal, done.signal]);
    await delay(checkMs, undefined, { signal: patience }).catch(() => undefined);
  } finally {
    listening.dispose();
  }
}
