import { messageOf } from '../../ground/fileFailure';
import { type HostCall, HostCallError, type HostReply } from '../../repl/hostCall';
import type { NodeHandle } from '../../trajectory/recorder';
import type { RecordOf } from '../../trajectory/records';
import { hostKey } from '../calls/recordKeys';
import type { RunServices } from '../completion/services';
import type { RlmContext } from '../subject/context';
import type { Asking } from './asking';
import { Children } from './children';
import type { Host, HostMethod } from './hostMethod';
import { hostMethods } from './hostMethods';
import { Subcalls } from './subcalls';

/** How many calls of a method in one cell have nodes of their own; one node stands for the rest. */
const drawnCallsPerMethod = 100;
/**
 * The largest reply that is recorded, in UTF-16 units. Larger ones are asked of the repository again when the
 * conversation is revived. The total of one completion is bounded as well.
 */
const mostRecorded = 16_384;
/** The same for replies of language servers, which may not be there again. */
const mostRecordedOfLanguage = 262_144;
const mostRecordedInAll = 16 * 1024 * 1024;

/** Answers what the code of one completion asks of its host. */
export class HostAnswers {
  readonly #run: RunServices;
  readonly #host: Host;
  #cell: NodeHandle | null = null;
  /** The size of all recorded replies, in UTF-16 units. */
  #recorded = 0;
  readonly #drawn = new Map<string, number>();
  readonly #rest = new Map<string, { node: NodeHandle; count: number }>();

  constructor(run: RunServices, context: RlmContext, depth: number) {
    this.#run = run;
    const subcalls = new Subcalls(run, depth);
    const children = new Children(run, context, depth, subcalls);
    this.#host = { context, coverage: run.coverage, report: run.report, subcalls, children };
  }

  /** Starts a cell: calls belong to it from now on. */
  enterCell(cell: NodeHandle): void {
    this.#cell = cell;
    this.#host.subcalls.enterCell();
    this.#drawn.clear();
    this.#rest.clear();
  }

  /** Ends the cell's nodes for many calls. */
  leaveCell(): void {
    for (const { node } of this.#rest.values()) node.end('ok');
    this.#cell = null;
  }

  /** The first prompts that the current or last cell asked sub-models, a few of many. */
  get prompts(): readonly string[] {
    return this.#host.subcalls.prompts;
  }

  async answer(call: HostCall, signal: AbortSignal): Promise<HostReply> {
    const cell = this.#cell;
    if (!cell) throw new HostCallError('RuntimeError', 'No cell is running.');
    const method = hostMethods.get(call.method);
    if (!method) {
      throw new HostCallError('NotAvailable', `The host has no method "${call.method}".`);
    }
    const asking = { node: cell, signal: AbortSignal.any([signal, this.#run.limitReached.signal]) };
    if (method.family === 'models') return (await method.answer(call, this.#host, asking)).reply;
    return this.#answerRecorded(method, call, asking);
  }

  /** Answers a call about the context or the report, and records the answer in the log. */
  async #answerRecorded(method: HostMethod, call: HostCall, asking: Asking): Promise<HostReply> {
    const { node: cell, signal } = asking;
    try {
      const reply = await this.#run.cells.answer(cell, call, () =>
        method.family === 'report'
          ? this.#answerAboutReport(method, call, asking)
          : this.#answerAboutContext(method, call, asking),
      );
      if (method.family !== 'report') this.#run.coverage.looked();
      const { value = null, body } = reply;
      if (body === undefined || body.length <= mostRecorded) {
        const text = body?.toString('utf8');
        const size = text?.length ?? 0;
        const kept = { value, ...(text === undefined ? {} : { body: text }) };
        this.#record(method, call, cell, kept, size);
      }
      return reply;
    } catch (error) {
      if (error instanceof HostCallError && !signal.aborted) {
        const { exception, message } = error;
        const kept = { value: null, error: { exception, message } };
        this.#record(method, call, cell, kept, message.length);
      }
      throw error;
    }
  }

  #record(
    { family }: HostMethod,
    call: HostCall,
    cell: NodeHandle,
    reply: Omit<RecordOf<'host'>, 'kind' | 'key'>,
    size: number,
  ): void {
    const most = family === 'language' ? mostRecordedOfLanguage : mostRecorded;
    if (size > most || this.#recorded + size > mostRecordedInAll) return;
    this.#recorded += size;
    cell.record({ kind: 'host', key: hostKey(call), ...reply });
  }

  async #answerAboutReport(method: HostMethod, call: HostCall, asking: Asking): Promise<HostReply> {
    const { name } = method;
    try {
      const { reply, summary } = await method.answer(call, this.#host, asking);
      if (summary !== null) this.#draw(name, asking.node, 'report', summary)?.end('ok');
      return reply;
    } catch (error) {
      const reason = messageOf(error).split('\n')[0] ?? '';
      this.#draw(name, asking.node, 'report', 'Report')?.end('error', { reason });
      throw error;
    }
  }

  async #answerAboutContext(
    method: HostMethod,
    call: HostCall,
    asking: Asking,
  ): Promise<HostReply> {
    const { node: cell, signal } = asking;
    const node = this.#draw(method.name, cell);
    try {
      const answer = await method.answer(call, this.#host, asking);
      const { reply, summary, seen: files = [] } = answer;
      if (files.length > 0) (node ?? cell).progress({ files });
      node?.end('ok', { summary: summary ?? method.name });
      return reply;
    } catch (error) {
      const reason = messageOf(error).split('\n')[0] ?? '';
      node?.end(signal.aborted ? 'cancelled' : 'error', { reason });
      throw error;
    }
  }

  /** A node for the call; null if the cell has so many that one node stands for the rest. */
  #draw(
    method: string,
    cell: NodeHandle,
    kind: 'host-call' | 'report' = 'host-call',
    summary: string = method,
  ): NodeHandle | null {
    const drawn = this.#drawn.get(method) ?? 0;
    if (drawn < drawnCallsPerMethod) {
      this.#drawn.set(method, drawn + 1);
      return cell.child(kind, summary);
    }
    const rest = this.#rest.get(method) ?? { node: cell.child(kind, method), count: 0 };
    rest.count += 1;
    this.#rest.set(method, rest);
    if (rest.count === 1 || rest.count % 100 === 0) {
      rest.node.progress({ summary: `${method}, ${rest.count} more times` });
    }
    return null;
  }
}
