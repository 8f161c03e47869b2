import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Asker, Engine, EngineOutcome, UnsavedTexts } from '../../contract/engineContract';
import { toEngine, toExtension } from '../../contract/engineProtocol';
import type { EngineQuestion } from '../../contract/engineQuestion';
import { cancellable, signalOf, tell } from '../../contract/messages';
import { ReportFollower } from '../../contract/reportDelta';
import type { LanguageServers } from '../../repository/language/languageServers';
import { tellListener } from '../../rlm/runListener';

/** The least time between two messages with unsaved text, in ms. */
const unsavedGapMs = 100;

/** A question that is being answered, and its report as known here. */
interface RunningQuestion {
  readonly asker: Asker;
  readonly report: ReportFollower;
}

/** The engine at the other end of a connection. @param ended says how its process ended. */
export function remoteEngine(connection: MessageConnection, ended: () => string): Engine {
  const running = new Map<number, RunningQuestion>();
  const typed = new UnsavedFeed(connection);
  let questions = 0;
  serveQuestions(connection, running);
  return {
    answer: async (question, asker) => {
      questions += 1;
      const id = questions;
      running.set(id, { asker, report: new ReportFollower() });
      const stopFeeding = typed.follow(asker.unsaved);
      try {
        return await answer(connection, { id, question }, asker, ended);
      } finally {
        stopFeeding();
        running.delete(id);
      }
    },
    checkSandbox: (wish, signal) =>
      cancellable(signal, (token) =>
        connection.sendRequest(toEngine.checkSandbox, { wish }, token),
      ),
    revisions: (folders, signal) =>
      cancellable(signal, (token) =>
        connection.sendRequest(toEngine.revisions, { folders }, token),
      ),
    readAbout: (log) => connection.sendRequest(toEngine.readAbout, { log }),
    readWish: (log) => connection.sendRequest(toEngine.readWish, { log }),
    recoverReport: (sidePath) => connection.sendRequest(toEngine.recoverReport, { sidePath }),
    listModels: (baseUrl, apiKey, signal) =>
      cancellable(signal, (token) =>
        connection.sendRequest(toEngine.listModels, { baseUrl, apiKey }, token),
      ),
    localServers: (signal) =>
      cancellable(signal, (token) => connection.sendRequest(toEngine.localServers, {}, token)),
    dispose: async () => {
      await connection.sendRequest(toEngine.dispose, {});
    },
  };
}

/** Passes the engine's messages on to the questions they belong to, and answers its requests. */
function serveQuestions(
  connection: MessageConnection,
  running: ReadonlyMap<number, RunningQuestion>,
): void {
  connection.onRequest(toExtension.events, ({ id, events }) => {
    const listener = running.get(id)?.asker.listener;
    for (const event of events) listener?.onEvent(event);
    return null;
  });
  connection.onRequest(toExtension.report, ({ id, delta }) => {
    const one = running.get(id);
    if (one) one.asker.listener.onReport(one.report.take(delta));
    return null;
  });
  connection.onNotification(toExtension.told, ({ id, told }) => {
    const listener = running.get(id)?.asker.listener;
    if (listener) tellListener(listener, told);
  });
  connection.onRequest(toExtension.languageServer, ({ id, method, argument }, token) => {
    const servers = running.get(id)?.asker.languageServers;
    if (!servers) return null;
    // Both ends of this connection are from the same build.
    const ask = servers[method].bind(servers) as (
      argument: unknown,
      signal: AbortSignal,
    ) => ReturnType<LanguageServers[typeof method]>;
    return ask(argument, signalOf(token));
  });
}

/** Asks the engine a question, and stops it there when it is stopped here. */
async function answer(
  connection: MessageConnection,
  { id, question }: { readonly id: number; readonly question: EngineQuestion },
  { signal, onStopNode }: Asker,
  ended: () => string,
): Promise<EngineOutcome> {
  const stop = () =>
    tell(
      connection.sendNotification(toEngine.stop, {
        id,
        reason: typeof signal.reason === 'string' ? signal.reason : null,
      }),
    );
  const stopListening = onStopNode((node) =>
    tell(connection.sendNotification(toEngine.stopNode, { id, node })),
  );
  try {
    const answered = connection.sendRequest(toEngine.answer, { id, question });
    // After the question, so that there is something to stop.
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return await answered;
  } catch {
    return {
      kind: 'not-started',
      fault: signal.aborted ? 'cancelled' : 'bug',
      reason: `The part of Fathom that works on questions has ended unexpectedly (${ended()}). Ask again, or go on with this run from the history of the Recursion view.`,
      modelError: null,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    stopListening();
  }
}

/** Sends unsaved texts to the engine while it answers questions. */
class UnsavedFeed {
  readonly #connection: MessageConnection;
  #sent: ReadonlyMap<string, string> = new Map();
  #timer: NodeJS.Timeout | null = null;

  constructor(connection: MessageConnection) {
    this.#connection = connection;
  }

  /** @returns a function that ends it. */
  follow(texts: UnsavedTexts): () => void {
    this.#send(texts);
    const stop = texts.onChange(() => {
      this.#timer ??= setTimeout(() => this.#send(texts), unsavedGapMs);
    });
    // Leaves the timer running: another question may need what it will send.
    return stop;
  }

  #send(texts: UnsavedTexts): void {
    this.#timer = null;
    const now = texts.all();
    const changed = [...now].filter(([path, text]) => this.#sent.get(path) !== text);
    const gone = [...this.#sent.keys()].filter((path) => !now.has(path));
    this.#sent = now;
    if (changed.length + gone.length === 0) return;
    const news = [...changed, ...gone.map((path): [string, null] => [path, null])];
    tell(this.#connection.sendNotification(toEngine.unsaved, { texts: news }));
  }
}
