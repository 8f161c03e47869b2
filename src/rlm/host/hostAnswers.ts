import { type HostCall, HostCallError, type HostReply } from '../../repl/hostCall';
import { messageOf } from '../../trajectory/fileFailure';
import type { NodeHandle } from '../../trajectory/recorder';
import type { RecordOf } from '../../trajectory/records';
import { hostKey } from '../calls/recordKeys';
import type { RunServices } from '../completion/services';
import type { RlmContext } from '../subject/context';
import { Children } from './children';
import { isLanguageMethod } from './languageCalls';
import { answerReportCall, isReportMethod } from './reportCalls';
import { answerRepositoryCall, isRepositoryMethod } from './repositoryCalls';
import type { RepositoryReply } from './repositoryReply';
import { Subcalls } from './subcalls';
import { answerTextCall, isTextMethod } from './textCalls';

/** More calls of one method in one cell than this are drawn as a single node. */
const drawnCallsPerMethod = 100;
/**
 * Replies up to this size are recorded, in UTF-16 units; larger ones are had from the repository again
 * when the conversation is revived. All that one completion records is bounded as well.
 */
const mostRecorded = 16_384;
/** The same for what only an editor can say: it can't be had again elsewhere. */
const mostRecordedOfLanguage = 262_144;
const mostRecordedInAll = 16 * 1024 * 1024;

/** Answers what the code of one completion asks of its host. */
export class HostAnswers {
  readonly #run: RunServices;
  readonly #context: RlmContext;
  readonly #subcalls: Subcalls;
  readonly #children: Children;
  #cell: NodeHandle | null = null;
  /** Size of what was recorded, in UTF-16 units. */
  #recorded = 0;
  readonly #drawn = new Map<string, number>();
  readonly #rest = new Map<string, { node: NodeHandle; count: number }>();

  constructor(run: RunServices, context: RlmContext, depth: number) {
    this.#run = run;
    this.#context = context;
    this.#subcalls = new Subcalls(run, depth);
    this.#children = new Children(run, context, depth, this.#subcalls);
  }

  /** Calls from now on belong to this cell. */
  enterCell(cell: NodeHandle): void {
    this.#cell = cell;
    this.#subcalls.enterCell();
    this.#drawn.clear();
    this.#rest.clear();
  }

  /** Ends the cell's nodes that stand for many calls. */
  leaveCell(): void {
    for (const { node } of this.#rest.values()) node.end('ok');
    this.#cell = null;
  }

  /** The first prompts that the current or last cell asked sub-models, at most two. */
  get prompts(): readonly string[] {
    return this.#subcalls.prompts;
  }

  async answer(call: HostCall, signal: AbortSignal): Promise<HostReply> {
    const cell = this.#cell;
    if (!cell) throw new HostCallError('RuntimeError', 'No cell is running.');
    const any = AbortSignal.any([signal, this.#run.limitReached.signal]);
    const asking = { node: cell, signal: any };
    switch (call.method) {
      case 'llm_query':
        return this.#subcalls.one(call, asking);
      case 'llm_query_batched':
        return this.#subcalls.batch(call, asking);
      case 'rlm_query':
        return this.#children.one(call, asking);
      case 'rlm_query_batched':
        return this.#children.batch(call, asking);
      default:
        return this.#answerAboutContext(call, cell, any);
    }
  }

  /** Answers what code asks of its context or the report, and keeps the answer in the log. */
  async #answerAboutContext(
    call: HostCall,
    cell: NodeHandle,
    signal: AbortSignal,
  ): Promise<HostReply> {
    try {
      const reply = await this.#run.cells.answer(cell, call, () =>
        isReportMethod(call.method)
          ? this.#reportCall(call, cell)
          : this.#repositoryCall(call, cell, signal),
      );
      const { value = null, body } = reply;
      if (body === undefined || body.length <= mostRecorded) {
        const text = body?.toString('utf8');
        const size = text?.length ?? 0;
        this.#record(call, cell, { value, ...(text === undefined ? {} : { body: text }) }, size);
      }
      return reply;
    } catch (error) {
      if (error instanceof HostCallError && !signal.aborted) {
        const { exception, message } = error;
        this.#record(call, cell, { value: null, error: { exception, message } }, message.length);
      }
      throw error;
    }
  }

  #record(
    call: HostCall,
    cell: NodeHandle,
    reply: Omit<RecordOf<'host'>, 'kind' | 'key'>,
    size: number,
  ): void {
    const most = isLanguageMethod(call.method) ? mostRecordedOfLanguage : mostRecorded;
    if (size > most || this.#recorded + size > mostRecordedInAll) return;
    this.#recorded += size;
    cell.record({ kind: 'host', key: hostKey(call), ...reply });
  }

  async #reportCall(call: HostCall, cell: NodeHandle): Promise<HostReply> {
    const { method } = call;
    if (!isReportMethod(method)) throw new HostCallError('NotAvailable', `No method "${method}".`);
    try {
      const { reply, summary } = await answerReportCall(method, call, this.#run.report);
      if (summary !== null) this.#draw(method, cell, 'report', summary)?.end('ok');
      return reply;
    } catch (error) {
      const reason = messageOf(error).split('\n')[0] ?? '';
      this.#draw(method, cell, 'report', 'Report')?.end('error', { reason });
      throw error;
    }
  }

  async #repositoryCall(call: HostCall, cell: NodeHandle, signal: AbortSignal): Promise<HostReply> {
    const answer = this.#answerOf(call.method);
    const node = this.#draw(call.method, cell);
    try {
      const { reply, summary, seen: files = [] } = await answer(call, signal);
      if (files.length > 0) (node ?? cell).progress({ files });
      node?.end('ok', { summary });
      return reply;
    } catch (error) {
      const reason = messageOf(error).split('\n')[0] ?? '';
      node?.end(signal.aborted ? 'cancelled' : 'error', { reason });
      throw error;
    }
  }

  /** What answers a method that is about the context. @throws {HostCallError} when nothing does. */
  #answerOf(method: string): (call: HostCall, signal: AbortSignal) => Promise<RepositoryReply> {
    const context = this.#context;
    const { coverage } = this.#run;
    if (isTextMethod(method) && context.kind === 'documents') {
      const { documents } = context;
      return (call, signal) => answerTextCall(method, call, documents, coverage, signal);
    }
    if (!isRepositoryMethod(method)) {
      throw new HostCallError('NotAvailable', `The host has no method "${method}".`);
    }
    if (context.kind !== 'repository') {
      throw new HostCallError('NotAvailable', `${method}() needs a repository as context.`);
    }
    const { repository } = context;
    return (call, signal) => answerRepositoryCall(method, call, repository, coverage, signal);
  }

  /** A node for the call; null when the cell has so many that one node stands for the rest. */
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
