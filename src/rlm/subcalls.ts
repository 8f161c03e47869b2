import { ModelError } from '../models/languageModel';
import { type HostCall, HostCallError, type HostReply } from '../repl/hostCall';
import type { NodeHandle } from '../trajectory/recorder';
import { checkArguments } from './checkArguments';
import { shorten } from './fences';
import { LimitReachedError } from './limits';
import type { RunServices } from './services';

interface Slot {
  readonly text: string;
  readonly failed: boolean;
}

/** Sub-LM calls of one completion: what `llm_query` and `llm_query_batched` come to. */
export class Subcalls {
  readonly #run: RunServices;
  readonly #depth: number;

  constructor(run: RunServices, depth: number) {
    this.#run = run;
    this.#depth = depth;
  }

  /** @throws {HostCallError} a SubcallError when the model can't answer. */
  async one(call: HostCall, parent: NodeHandle, signal: AbortSignal): Promise<HostReply> {
    const { model } = checkArguments('llm_query', call);
    this.#checkModel(model);
    this.#admit(1);
    const { text, failed } = await this.#ask(call.body.toString('utf8'), parent, signal);
    if (failed) throw new HostCallError('SubcallError', text.replace(/^Error: /, ''));
    return { body: text };
  }

  /** One failing slot never fails the batch: its text starts with "Error:". */
  async batch(call: HostCall, parent: NodeHandle, signal: AbortSignal): Promise<HostReply> {
    const { lengths, model } = checkArguments('llm_query_batched', call);
    this.#checkModel(model);
    const prompts = split(call.body, lengths);
    this.#admit(prompts.length);
    const batch = parent.child('batch', batchSummary(prompts.length, 0));
    let done = 0;
    const slots = await Promise.all(
      prompts.map(async (prompt) => {
        const slot = await this.#ask(prompt, batch, signal);
        done += 1;
        batch.progress({ done, total: prompts.length });
        return slot;
      }),
    );
    const failed = slots.filter((slot) => slot.failed).length;
    batch.end('ok', { summary: batchSummary(prompts.length, failed) });
    return packSlots(slots);
  }

  #admit(count: number): void {
    try {
      this.#run.spending.admitSubcalls(count);
    } catch (error) {
      throw this.#limit(error);
    }
  }

  /** A limit ends the whole run; the cell learns why its call failed. */
  #limit(error: unknown): unknown {
    if (!(error instanceof LimitReachedError)) return error;
    this.#run.limitReached.raise(error);
    return new HostCallError('SubcallError', error.message);
  }

  #checkModel(model: string | null): void {
    const allowed = [this.#run.subModel.name, this.#run.model.name];
    if (model !== null && !allowed.includes(model)) {
      const names = [...new Set(allowed)].join(', ');
      throw new HostCallError('ValueError', `There is no model "${model}" here. Use: ${names}.`);
    }
  }

  async #ask(prompt: string, parent: NodeHandle, signal: AbortSignal): Promise<Slot> {
    const { scheduler, spending, subModel, coverage } = this.#run;
    const node = parent.child('subcall', promptSummary(prompt));
    node.body('prompt', prompt);
    try {
      const reply = await scheduler.run(this.#depth + 1, signal, async () => {
        spending.check();
        coverage.sent(prompt);
        return subModel.complete([{ role: 'user', content: prompt }], {
          signal,
          onText: (text) => node.progress({ text }),
        });
      });
      spending.settle(reply.usage);
      node.body('response', reply.text);
      const cut = reply.finishReason === 'length' ? { reason: 'cut at the output limit' } : {};
      node.end('ok', { usage: reply.usage, ...cut });
      return { text: reply.text, failed: false };
    } catch (error) {
      return this.#failedSlot(error, node, signal);
    }
  }

  #failedSlot(error: unknown, node: NodeHandle, signal: AbortSignal): Slot {
    const limit = this.#run.limitReached.error;
    if (signal.aborted) {
      node.end(limit ? 'stopped' : 'cancelled');
      return { text: `Error: ${limit?.message ?? 'The call was cancelled.'}`, failed: true };
    }
    const shown = this.#limit(error);
    const known = shown instanceof ModelError || shown instanceof HostCallError;
    if (!known) throw error;
    node.end(error instanceof LimitReachedError ? 'stopped' : 'error', { reason: shown.message });
    return { text: `Error: ${shown.message}`, failed: true };
  }
}

function split(body: Buffer, lengths: readonly number[]): string[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== body.length) {
    throw new HostCallError('ValueError', 'The prompts of the batch do not fill its body.');
  }
  let offset = 0;
  return lengths.map((length) => {
    offset += length;
    return body.toString('utf8', offset - length, offset);
  });
}

function packSlots(slots: readonly Slot[]): HostReply {
  const bodies = slots.map((slot) => Buffer.from(slot.text, 'utf8'));
  return {
    value: {
      slots: slots.map((slot, index) => ({
        length: bodies[index]?.length ?? 0,
        failed: slot.failed,
      })),
    },
    body: Buffer.concat(bodies),
  };
}

function batchSummary(count: number, failed: number): string {
  const calls = `${count} sub-call${count === 1 ? '' : 's'}`;
  return failed === 0 ? calls : `${calls}, ${failed} failed`;
}

/** The part of a prompt that tells calls apart: the first place it is about, or its first line. */
function promptSummary(prompt: string): string {
  const place = /^=== (.+) ===$/m.exec(prompt)?.[1];
  const line = prompt.split('\n').find((text) => /\S/.test(text)) ?? 'Empty prompt';
  return shorten(place ?? line.trim());
}
