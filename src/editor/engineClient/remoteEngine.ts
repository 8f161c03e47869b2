import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Asker, Engine, EngineOutcome, UnsavedTexts } from '../../contract/engineContract';
import { toEngine, toExtension } from '../../contract/engineProtocol';
import type { EngineQuestion } from '../../contract/engineQuestion';
import { cancellable, signalOf, tell } from '../../contract/messages';
import { ReportFollower } from '../../contract/reportDelta';
import type { LanguageServers } from '../../repository/language/languageServers';
import { tellListener } from '../../rlm/runListener';

/** Least time between two looks at what is typed while a question is answered, in ms. */
const unsavedGapMs = 100;

/** A question under way, and how far its report is known here. */
interface Asked {
  readonly asker: Asker;
  readonly report: ReportFollower;
}

/** The engine at the other end of a connection. @param ended says how its process ended, once it has. */
export function remoteEngine(connection: MessageConnection, ended: () => string): Engine {
  const asked = new Map<number, Asked>();
  const typed = new UnsavedFeed(connection);
  let questions = 0;
  serveQuestions(connection, asked);
  return {
    answer: async (question, asker) => {
      questions += 1;
      const id = questions;
      asked.set(id, { asker, report: new ReportFollower() });
      const stopFeeding = typed.follow(asker.unsaved);
      try {
        return await answer(connection, { id, question }, asker, ended);
      } finally {
        stopFeeding();
        asked.delete(id);
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

/** Tells the questions under way what the engine says of them, and answers what it asks for them. */
function serveQuestions(connection: MessageConnection, asked: ReadonlyMap<number, Asked>): void {
  connection.onRequest(toExtension.events, ({ id, events }) => {
    const listener = asked.get(id)?.asker.listener;
    for (const event of events) listener?.onEvent(event);
    return null;
  });
  connection.onRequest(toExtension.report, ({ id, delta }) => {
    const one = asked.get(id);
    if (one) one.asker.listener.onReport(one.report.take(delta));
    return null;
  });
  connection.onNotification(toExtension.told, ({ id, told }) => {
    const listener = asked.get(id)?.asker.listener;
    if (listener) tellListener(listener, told);
  });
  connection.onRequest(toExtension.languageServer, ({ id, method, argument }, token) => {
    const servers = asked.get(id)?.asker.languageServers;
    if (!servers) return null;
    // Both ends of this connection are of one build.
    const ask = servers[method].bind(servers) as (
      argument: unknown,
      signal: AbortSignal,
    ) => ReturnType<LanguageServers[typeof method]>;
    return ask(argument, signalOf(token));
  });
}

/** Puts a question to the engine, and stops it there when it is stopped here. */
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

/** Tells the engine what is typed and not saved, while it answers questions. */
class UnsavedFeed {
  readonly #connection: MessageConnection;
  #sent: ReadonlyMap<string, string> = new Map();
  #timer: NodeJS.Timeout | null = null;

  constructor(connection: MessageConnection) {
    this.#connection = connection;
  }

  /** @returns what ends it. */
  follow(texts: UnsavedTexts): () => void {
    this.#send(texts);
    const stop = texts.onChange(() => {
      this.#timer ??= setTimeout(() => this.#send(texts), unsavedGapMs);
    });
    // What is about to be sent is: another question may be waiting for it.
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
