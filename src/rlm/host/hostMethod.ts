import type * as z from 'zod';
import { type HostCall, HostCallError, type HostReply } from '../../repl/hostCall';
import type { SeenFile } from '../../trajectory/events';
import type { Coverage } from '../coverage/coverage';
import type { Report } from '../report/report';
import type { RlmContext } from '../subject/context';
import type { Asking } from './asking';
import type { Children } from './children';
import type { Subcalls } from './subcalls';

/** Who answers a method. This decides how its calls are drawn, and what the log keeps of them. */
export type HostFamily = 'repository' | 'language' | 'text' | 'report' | 'models';

/** What the methods of a completion share. */
export interface Host {
  readonly context: RlmContext;
  readonly coverage: Coverage;
  readonly report: Report;
  readonly subcalls: Subcalls;
  readonly children: Children;
}

/** The reply of a method, and its line in the tree. */
export interface HostAnswer {
  readonly reply: HostReply;
  /** For example `grep "createServer" → 92 in 14 files`; null if it is not drawn, or draws itself. */
  readonly summary: string | null;
  /** The files and lines that the run saw for the first time. */
  readonly seen?: readonly SeenFile[];
}

/**
 * Something that the code in a kernel may ask of its host, with everything about it in one value.
 *
 * Arguments are written by a model and arrive over a pipe, so they are checked before use. The comment on each method
 * describes the reply; "body" is the body of the reply, in UTF-8, as JSON where it says so. Lone surrogates in paths
 * are sent as `\udcXX` escapes and stand for bytes that are not UTF-8.
 */
export interface HostMethod {
  readonly name: string;
  readonly family: HostFamily;
  readonly args: z.ZodType;
  /** @throws {HostCallError} with the Python exception that fits what is wrong. */
  readonly answer: (call: HostCall, host: Host, asking: Asking) => Promise<HostAnswer>;
}

/**
 * Checks the arguments of a call.
 * @throws {HostCallError} a TypeError that names the wrong argument.
 */
export function checkArguments<Given>(
  name: string,
  args: z.ZodType<Given>,
  call: Pick<HostCall, 'args'>,
): Given {
  const checked = args.safeParse(call.args);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const where = issue?.path.join('.') || 'arguments';
  throw new HostCallError('TypeError', `${name}(): ${where}: ${issue?.message ?? 'wrong'}`);
}

/** A text for a summary: in quotes, on one line, not too long. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
}

/** A number of files for a summary. */
export function files(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}
