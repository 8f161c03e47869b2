import { decodeLines } from '../decodeText';
import { locateFile, shown } from '../locate';
import { encodePath } from '../pathCodec';
import { RepositoryError, type RepositoryPath } from '../repository';
import { unsavedTexts } from '../unsaved';
import type { Workspace } from '../workspace';
import { GitRepository } from './gitRepository';

/** Who last changed each line, as `Repository.gitBlame` says; unsaved text counts as not committed. */
export async function gitBlame(
  workspace: Workspace,
  path: RepositoryPath,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<string> {
  if (end < start) {
    throw new RepositoryError(
      'bad-argument',
      `The last line (${end}) is before the first (${start}).`,
    );
  }
  const located = await locateFile(workspace, path, signal);
  const repository = await GitRepository.open(located.root, signal);
  const bytes = encodePath(located.relative) ?? Buffer.alloc(0);
  // The text has to be given on standard input, which a name that is not UTF-8 takes up already.
  const unsaved = located.relative.isWellFormed()
    ? unsavedTexts(workspace, { at: located, glob: null }).get(located.path)
    : undefined;
  const result = await repository.run({
    args: [
      'blame',
      '--no-progress',
      '--no-textconv',
      '--date=short',
      '-L',
      `${start},${end}`,
      ...(unsaved === undefined ? [] : ['--contents', '-']),
    ],
    paths: [bytes],
    settings: await repository.withoutFilters(),
    ...(unsaved === undefined ? {} : { input: unsaved.text }),
  });
  if (!result.ok) {
    throw new RepositoryError(
      'bad-argument',
      `Git can't blame ${shown(path)}: ${result.complaint}.`,
    );
  }
  return decodeLines(result.stdout);
}
