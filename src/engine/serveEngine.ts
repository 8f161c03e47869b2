import type { MessageConnection } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import type { Engine, EngineOutcome } from '../contract/engineContract';
import { toEngine, toExtension } from '../contract/engineProtocol';
import { type EngineQuestion, engineQuestionSchema } from '../contract/engineQuestion';
import { cancellable, signalOf, tell } from '../contract/messages';
import { ReportDeltas } from '../contract/reportDelta';
import type { LanguageServers } from '../repository/language/languageServers';
import type { Assets } from '../rlm/assets';
import type { ReportProgress } from '../rlm/report/reportProgress';
import { listenerTo } from '../rlm/runListener';
import type { NodeId } from '../trajectory/events';
import { createEngine } from './engine';
import { EventBatches } from './eventBatches';
import { Latest } from './latest';
import { remoteChatModels } from './remoteChatModels';
import { remoteFetch } from './remoteFetch';

/** The least time between two messages about a report's progress, in ms. */
const reportGapMs = 50;

/** A question that is being answered. */
interface RunningQuestion {
  readonly controller: AbortController;
  readonly stopNode: Set<(node: NodeId) => void>;
}

/** What all questions share. */
interface Served {
  readonly engine: Engine;
  readonly connection: MessageConnection;
  /** Texts of editors that differ from the disk, by absolute path. */
  readonly unsaved: ReadonlyMap<string, string>;
}

/** Serves the extension's requests over a connection. The caller starts listening afterwards. */
export function serveEngine(connection: MessageConnection, assets: Assets): void {
  const engine = createEngine(assets, {
    fetch: remoteFetch(connection),
    chatModels: remoteChatModels(connection),
  });
  const running = new Map<number, RunningQuestion>();
  const unsaved = new Map<string, string>();

  connection.onRequest(toEngine.answer, async ({ id, question }) => {
    const one: RunningQuestion = { controller: new AbortController(), stopNode: new Set() };
    running.set(id, one);
    try {
      return await answer({ engine, connection, unsaved }, { id, question }, one);
    } finally {
      running.delete(id);
    }
  });
  connection.onNotification(toEngine.stop, ({ id, reason }) => {
    running.get(id)?.controller.abort(reason ?? undefined);
  });
  connection.onNotification(toEngine.stopNode, ({ id, node }) => {
    for (const stop of running.get(id)?.stopNode ?? []) stop(node);
  });
  connection.onNotification(toEngine.unsaved, ({ texts }) => {
    for (const [path, text] of texts) {
      if (text === null) unsaved.delete(path);
      else unsaved.set(path, text);
    }
  });
  connection.onRequest(toEngine.checkSandbox, ({ wish }, token) =>
    engine.checkSandbox(wish, signalOf(token)),
  );
  connection.onRequest(toEngine.revisions, ({ folders }, token) =>
    engine.revisions(folders, signalOf(token)),
  );
  connection.onRequest(toEngine.readAbout, ({ log }) => engine.readAbout(log));
  connection.onRequest(toEngine.readWish, ({ log }) => engine.readWish(log));
  connection.onRequest(toEngine.recoverReport, ({ sidePath }) => engine.recoverReport(sidePath));
  connection.onRequest(toEngine.listModels, ({ baseUrl, apiKey }, token) =>
    engine.listModels(baseUrl, apiKey, signalOf(token)),
  );
  connection.onRequest(toEngine.localServers, (_, token) => engine.localServers(signalOf(token)));
  connection.onRequest(toEngine.dispose, async () => {
    await engine.dispose();
    return null;
  });
}

/** Answers one question and keeps the extension informed. */
async function answer(
  { engine, connection, unsaved }: Served,
  { id, question }: { readonly id: number; readonly question: EngineQuestion },
  { controller, stopNode }: RunningQuestion,
): Promise<EngineOutcome> {
  const events = new EventBatches(async (batch) => {
    await connection.sendRequest(toExtension.events, { id, events: batch });
  });
  const deltas = new ReportDeltas();
  const reports = new Latest<ReportProgress>({
    gapMs: reportGapMs,
    // A problem is told even if the next write succeeds.
    isKept: ({ problem }, next) => problem !== null && problem !== next.problem,
    send: async (progress) => {
      await connection.sendRequest(toExtension.report, { id, delta: deltas.next(progress) });
    },
  });
  const listener = listenerTo((told) => {
    if (told.method === 'onEvent') events.sink(told.what);
    else if (told.method === 'onReport') reports.put(told.what);
    else tell(connection.sendNotification(toExtension.told, { id, told }));
  });
  const checked = engineQuestionSchema.safeParse(question);
  if (!checked.success) return misunderstood(checked.error);
  const outcome = await engine.answer(checked.data, {
    listener,
    // They are asked for whenever a file is read, so nobody has to listen.
    unsaved: { all: () => unsaved, onChange: () => () => undefined },
    languageServers: remoteLanguageServers(connection, id),
    signal: controller.signal,
    onStopNode: (stop) => {
      stopNode.add(stop);
      return () => stopNode.delete(stop);
    },
  });
  await events.drained();
  await reports.drained();
  return outcome;
}

/** A missing or unknown field is our mistake. It must not be ignored: it may be a limit. */
function misunderstood(error: z.ZodError): EngineOutcome {
  const reason = `The editor and the engine do not understand each other. ${z.prettifyError(error)}`;
  return { kind: 'not-started', fault: 'bug', reason, modelError: null };
}

/** The editor's language servers, asked through the extension. */
function remoteLanguageServers(connection: MessageConnection, id: number): LanguageServers {
  const ask = <Method extends keyof LanguageServers>(method: Method): LanguageServers[Method] => {
    const call = (argument: unknown, signal: AbortSignal) =>
      cancellable(signal, (token) =>
        connection.sendRequest(toExtension.languageServer, { id, method, argument }, token),
      );
    // Both ends of this connection are from the same build.
    return call as LanguageServers[Method];
  };
  return {
    symbols: ask('symbols'),
    outline: ask('outline'),
    definition: ask('definition'),
    references: ask('references'),
    callers: ask('callers'),
    diagnostics: ask('diagnostics'),
  };
}
