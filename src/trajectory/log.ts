import { join } from 'node:path';
import { fileFailure } from '../ground/fileFailure';
import { openRegularFile } from '../ground/regularFile';
import { eventSchema } from './eventSchema';
import type { EventSink, NodeId, NodeProgress, RunId, TrajectoryEvent } from './events';
import { LogWriter } from './logWriter';
import { type LoggedRecord, loggedRecordSchema, type RecordSink } from './records';

export interface TrajectoryLogOptions {
  /** Made for the user only if missing. */
  readonly folder: string;
  readonly run: RunId;
  /** Applied to every text before it is written; see `redactSecrets`. */
  readonly redact?: (text: string) => string;
  /**
   * Called once, with a message for people, when the log can't be written, or its folder is gone and can't be
   * made again. The run goes on.
   */
  readonly onError?: (message: string) => void;
}

/** How many UTF-16 units may wait to be written: the prompts of a batch can be long. */
const mostWaiting = 1024 * 1024;

/**
 * The log of one run, `<folder>/<run>.jsonl`: one event per line, readable by the user only, in order.
 * Progress is logged once, when its node ends, and its text only if no body has the same.
 *
 * When `sink` returns from a model's `response`, the operating system has the reply: nobody sees a reply that a
 * killed run would have to pay for again. So writes are synchronous: a write to the system's cache takes a few
 * microseconds, the way through the thread pool about fifty. Everything else is written once per turn of the
 * event loop, or with the next reply.
 */
export class TrajectoryLog {
  readonly #file: string;
  readonly #options: TrajectoryLogOptions;
  /** Progress that is not logged yet, by node. */
  readonly #progress = new Map<NodeId, NodeProgress>();
  #lines: string[] = [];
  /** The length of the lines, in UTF-16 units. */
  #waiting = 0;
  /** Will write the waiting lines at the end of this turn of the event loop. */
  #flushing: NodeJS.Immediate | null = null;
  readonly #writer: LogWriter;
  #told = false;
  #state: 'open' | 'closed' | 'failed' = 'open';

  constructor(options: TrajectoryLogOptions) {
    this.#options = options;
    this.#file = join(options.folder, `${options.run}.jsonl`);
    this.#writer = new LogWriter(this.#file, (error) => this.#tell(error));
  }

  /** The file; null if it could not be written. Final after `close`. */
  get path(): string | null {
    return this.#state === 'failed' ? null : this.#file;
  }

  /** Takes the events. Bound, so that it can be passed on. */
  readonly sink: EventSink = (event) => {
    if (this.#state !== 'open') return;
    switch (event.type) {
      case 'node-progress':
        this.#progress.set(event.node, merge(this.#progress.get(event.node), event));
        return;
      case 'body':
        if (event.part === 'response' || event.part === 'output') this.#forgetText(event.node);
        break;
      case 'node-ended':
        this.#logProgress(event.node);
        break;
      default:
    }
    this.#log(event);
    if (event.type === 'body' && event.part === 'response') this.#flush();
  };

  /** Takes the records for reviving the run. Bound as well. */
  readonly recordSink: RecordSink = (record) => {
    if (this.#state === 'open') this.#log(record);
  };

  /** Writes the rest and closes the file. Never throws. */
  close(): void {
    if (this.#state === 'open') {
      for (const node of [...this.#progress.keys()]) this.#logProgress(node);
      this.#flush();
    }
    if (this.#state === 'open') this.#state = 'closed';
    try {
      this.#writer.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #logProgress(node: NodeId): void {
    const progress = this.#progress.get(node);
    this.#progress.delete(node);
    if (progress && saysSomething(progress)) this.#log(progress);
  }

  #forgetText(node: NodeId): void {
    const progress = this.#progress.get(node);
    if (progress?.text === undefined) return;
    const { text: _, ...rest } = progress;
    this.#progress.set(node, rest);
  }

  #log(entry: TrajectoryEvent | LoggedRecord): void {
    const { redact } = this.#options;
    const line = JSON.stringify(entry, redact && redactingReplacer(redact, entry));
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting > mostWaiting) this.#flush();
    else this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#flushing) clearImmediate(this.#flushing);
    this.#flushing = null;
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#waiting = 0;
    try {
      this.#writer.write(text);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#state = 'failed';
    this.#lines = [];
    this.#progress.clear();
    this.#tell(error);
  }

  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const { sentence, remedy } = fileFailure(this.#file, error);
    this.#options.onError?.(
      `This run can't be kept: ${sentence}. ${remedy === '' ? '' : `${remedy} `}The run goes on, but can't be followed up, resumed or opened again.`,
    );
  }
}

/**
 * Replaces the given secrets by `***`, for `TrajectoryLogOptions.redact`. Values of fewer than 8 characters
 * are not keys; replacing them would only spoil the log.
 */
export function redactSecrets(secrets: readonly string[]): (text: string) => string {
  const long = new Set(
    secrets.filter((secret) => secret.length >= 8).flatMap((secret) => spellings(secret)),
  );
  // The longest first, so that a secret that contains another is replaced whole.
  const ordered = [...long].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((result, secret) => result.replaceAll(secret, '***'), text);
}

/** A secret as it is, and as written in JSON, in a URL and by Python's `repr`. */
function spellings(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inPython = secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return [secret, inJson, inPython, encodeURIComponent(secret.toWellFormed())];
}

/**
 * The events and records of a log, in order. Other lines are skipped: the last one may be cut, and newer
 * versions may write events that this one does not know.
 * @throws when the file can't be read
 */
export async function* readEntries(
  path: string,
): AsyncGenerator<TrajectoryEvent | LoggedRecord, void, undefined> {
  for await (const line of logLines(path)) {
    const entry = isRecord(line) ? parseRecord(line) : parseEvent(line);
    if (entry) yield entry;
  }
}

/** The longest line, in UTF-16 units. No prompt or reply is that long, and strings can't be much longer. */
const mostLineUnits = 256 * 1024 * 1024;

/** The lines of a log. The last may be cut. */
async function* logLines(path: string): AsyncGenerator<string, void, undefined> {
  // Not node:readline: it ends lines at U+2028 too, which JSON leaves bare inside strings.
  let rest: string[] = [];
  let length = 0;
  const add = (part: string) => {
    length += part.length;
    // A longer line is not kept and can't be parsed.
    if (length <= mostLineUnits) rest.push(part);
  };
  await using file = await openRegularFile(path);
  // Small chunks, so that parsing one does not block for long.
  const options = { encoding: 'utf8', highWaterMark: 1 << 18, autoClose: false } as const;
  for await (const chunk of file.createReadStream(options)) {
    const lines = String(chunk).split('\n');
    add(lines.shift() ?? '');
    const last = lines.pop();
    if (last === undefined) continue;
    yield rest.join('');
    yield* lines;
    rest = [];
    length = 0;
    add(last);
  }
  yield rest.join('');
}

function isRecord(line: string): boolean {
  return line.startsWith('{"type":"record",');
}

/** A line of a log as an event; null when it is not one. */
export function parseEvent(line: string): TrajectoryEvent | null {
  if (isRecord(line)) return null;
  const parsed = eventSchema.safeParse(parseJson(line));
  return parsed.success ? parsed.data : null;
}

function parseRecord(line: string): LoggedRecord | null {
  const parsed = loggedRecordSchema.safeParse(parseJson(line));
  return parsed.success ? parsed.data : null;
}

/** Undefined for invalid JSON. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function merge(before: NodeProgress | undefined, event: NodeProgress): NodeProgress {
  if (!before) return event;
  const text = event.text === undefined ? before.text : (before.text ?? '') + event.text;
  const files =
    event.files === undefined ? before.files : [...(before.files ?? []), ...event.files];
  return {
    ...before,
    ...event,
    ...(text === undefined ? {} : { text }),
    ...(files === undefined ? {} : { files }),
  };
}

function saysSomething(progress: NodeProgress): boolean {
  const { text, summary, done, total, workingSince, files } = progress;
  return [text, summary, done, total, workingSince, files].some((part) => part !== undefined);
}

/** The fields of events with free text; ids and enumerations are never redacted. */
const textFields = new Set([
  'text',
  'summary',
  'reason',
  'question',
  'subject',
  'model',
  'subModel',
  'path',
]);

/** The fields of records with ids and enumerations. */
const recordFields = new Set(['type', 'run', 'node', 'kind', 'how', 'role', 'key', 'status']);

function redactingReplacer(
  redact: (text: string) => string,
  { type }: TrajectoryEvent | LoggedRecord,
) {
  const holdsWords = (key: string) =>
    type === 'record' ? !recordFields.has(key) : textFields.has(key);
  return (key: string, value: unknown): unknown =>
    typeof value === 'string' && holdsWords(key) ? redact(value) : value;
}
