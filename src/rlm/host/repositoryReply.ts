import type { HostReply } from '../../repl/hostCall';
import type { HostArguments, HostMethod } from '../../repl/hostMethods';
import type { Repository } from '../../repository/repository';
import type { SeenFile } from '../../trajectory/events';
import type { Coverage } from '../coverage/coverage';

/** What a repository method gave back, and how the tree puts it. */
export interface RepositoryReply {
  readonly reply: HostReply;
  /** For example `grep "createServer" → 92 in 14 files`. */
  readonly summary: string;
  /** What it showed of which files, as far as that is new to the run. */
  readonly seen?: readonly SeenFile[];
}

/** Answers one method of the REPL. */
export type Answer<M extends HostMethod> = (
  repository: Repository,
  given: HostArguments<M>,
  coverage: Coverage,
  signal: AbortSignal,
) => Promise<RepositoryReply>;

/** A text in a summary: on one line, not too long. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
}

/** A number of files in a summary. */
export function files(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}
