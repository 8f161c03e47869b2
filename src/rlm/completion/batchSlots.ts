import { HostCallError, type HostReply } from '../../repl/hostCall';
import type { Prompts } from '../prompts/prompts';

/** The result of one slot of a batch: a reply, or why there is none. */
export interface Slot {
  readonly text: string;
  readonly failed: boolean;
  /** Places that the text cites and that whoever wrote it has not seen; left out for none. */
  readonly doubts?: readonly string[];
  /** A person or a limit ended it before it was answered. */
  readonly stopped?: true;
}

/** A slot that failed; its text says so to the code that reads it. */
export function failedSlot(reason: string): Slot {
  return { text: `Error: ${reason}`, failed: true };
}

/** A slot that was stopped; its text says why. */
export function stoppedSlot(reason: string): Slot {
  return { ...failedSlot(reason), stopped: true };
}

/** An incomplete answer; its text says why. */
export function incompleteSlot(answer: string, reason: string, prompts: Prompts): Slot {
  return { text: prompts.fill('incomplete', { answer, reason }), failed: false };
}

/**
 * The texts in the body of a host call, one after the other.
 * @param lengths in bytes; they must fill the body exactly.
 * @throws {HostCallError} a ValueError when they don't.
 */
export function unpackTexts(body: Buffer, lengths: readonly number[]): string[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== body.length) {
    throw new HostCallError('ValueError', 'The texts of the call do not fill its body.');
  }
  let offset = 0;
  return lengths.map((length) => {
    offset += length;
    return body.toString('utf8', offset - length, offset);
  });
}

/** The reply to a batch: `{slots: [{length, failed, doubts}]}`, and the texts one after the other. */
export function packSlots(slots: readonly Slot[]): HostReply {
  const bodies = slots.map((slot) => Buffer.from(slot.text, 'utf8'));
  const rows = slots.map(({ failed, doubts = [] }, index) => ({
    length: bodies[index]?.length ?? 0,
    failed,
    doubts: [...doubts],
  }));
  return { value: { slots: rows }, body: Buffer.concat(bodies) };
}

/** The reply to a single call, with `{doubts}`. @throws {HostCallError} a SubcallError when it failed. */
export function singleReply({ text, failed, doubts = [] }: Slot): HostReply {
  if (failed) throw new HostCallError('SubcallError', text.replace(/^Error: /, ''));
  return { value: { doubts: [...doubts] }, body: text };
}
