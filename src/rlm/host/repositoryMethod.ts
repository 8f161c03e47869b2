import type * as z from 'zod';
import { HostCallError, type PythonException } from '../../repl/hostCall';
import {
  type Repository,
  RepositoryError,
  type RepositoryErrorKind,
} from '../../repository/repository';
import type { Coverage } from '../coverage/coverage';
import { checkArguments, type HostAnswer, type HostFamily, type HostMethod } from './hostMethod';

/** A method that needs a repository as context. */
export function repositoryMethod<Given>(
  name: string,
  args: z.ZodType<Given>,
  answer: (
    repository: Repository,
    given: Given,
    coverage: Coverage,
    signal: AbortSignal,
  ) => Promise<HostAnswer>,
  family: HostFamily = 'repository',
): HostMethod {
  return {
    name,
    family,
    args,
    answer: async (call, { context, coverage }, { signal }) => {
      if (context.kind !== 'repository') {
        throw new HostCallError('NotAvailable', `${name}() needs a repository as context.`);
      }
      try {
        const given = checkArguments(name, args, call);
        return await answer(context.repository, given, coverage, signal);
      } catch (error) {
        if (!(error instanceof RepositoryError)) throw error;
        throw new HostCallError(exceptionFor[error.kind], error.message);
      }
    },
  };
}

const exceptionFor: Readonly<Record<RepositoryErrorKind, PythonException>> = {
  'not-found': 'FileNotFoundError',
  excluded: 'PermissionError',
  outside: 'PermissionError',
  binary: 'ValueError',
  'too-large': 'ValueError',
  'bad-pattern': 'ValueError',
  'bad-argument': 'ValueError',
  'not-a-git-repository': 'NotAvailable',
  unavailable: 'NotAvailable',
};
