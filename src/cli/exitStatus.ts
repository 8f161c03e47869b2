import { ModelError } from '../models/languageModel';
import { KernelUnavailableError } from '../repl/kernel';
import { DocumentError } from '../repository/documents/documentError';
import { RepositoryError } from '../repository/repository';
import { LimitReachedError } from '../rlm/budget/limits';
import { ReportFolderError } from '../rlm/report/reportFolder';
import type { RunResult } from '../rlm/request';

/** The exit statuses of `ask`. */
export const exitStatus = {
  answered: 0,
  bug: 1,
  usage: 2,
  limit: 3,
  unusable: 4,
  interrupted: 130,
} as const;

/** The command line is wrong; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that a run needs is missing on this machine; the message says what, and how to get it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The exit status of a run with a result. */
export function statusOfResult({ status, fault, report }: RunResult): number {
  switch (status) {
    case 'answered':
      return (report?.problem ?? report?.left ?? null) === null
        ? exitStatus.answered
        : exitStatus.unusable;
    case 'limit':
      return exitStatus.limit;
    case 'cancelled':
      return exitStatus.interrupted;
    case 'error':
      if (fault === 'usage') return exitStatus.usage;
      return fault === 'bug' ? exitStatus.bug : exitStatus.unusable;
  }
}

/** The exit status for an error that kept a run from starting. */
export function statusOfError(error: unknown): number {
  if (error instanceof LimitReachedError) return exitStatus.limit;
  if (error instanceof UsageError || error instanceof ReportFolderError) return exitStatus.usage;
  if (error instanceof DocumentError) return exitStatus.usage;
  if (error instanceof SetupError || error instanceof KernelUnavailableError) {
    return exitStatus.unusable;
  }
  if (error instanceof ModelError) return exitStatus.unusable;
  if (error instanceof RepositoryError) {
    return error.kind === 'unavailable' ? exitStatus.unusable : exitStatus.usage;
  }
  return exitStatus.bug;
}
