import type { Ripgrep, RipgrepResult } from '../programs/ripgrep';
import { type CountQuery, RepositoryError } from '../repository';

/** What is looked for. */
export type PatternQuery = Omit<CountQuery, 'glob' | 'path'>;

/** Where ripgrep can be started. */
interface SearchPlace {
  readonly ripgrep: Ripgrep;
  readonly roots: readonly { readonly folder: string }[];
}

/** The options that say what to look for. */
function patternArguments(query: PatternQuery): readonly string[] {
  if (query.pattern.includes('\0')) {
    throw new RepositoryError('bad-pattern', "A pattern can't hold a NUL character; write \\x00.");
  }
  return [
    '--crlf',
    ...(query.ignoreCase ? ['--ignore-case'] : ['--case-sensitive']),
    ...(query.fixed ? ['--fixed-strings'] : []),
    ...(query.word ? ['--word-regexp'] : []),
    ...(query.multiline ? ['--multiline'] : []),
    `--regexp=${query.pattern}`,
  ];
}

/**
 * Searches with ripgrep's own engine, and again with PCRE2 when the pattern needs look-around or
 * backreferences. `search` runs once per engine, starting from nothing each time.
 * @throws {RepositoryError} `bad-pattern` with ripgrep's explanation.
 */
export async function withEngine<T extends { readonly failed: boolean }>(
  workspace: SearchPlace,
  query: PatternQuery,
  signal: AbortSignal,
  search: (args: readonly string[]) => Promise<T>,
): Promise<T> {
  const args = patternArguments(query);
  const first = await search(args);
  if (!first.failed) return first;
  // A search also fails when one file of thousands can't be read; only the pattern matters here.
  const complaint = await check(workspace, args, signal);
  if (complaint === null) return first;
  if (!complaint.includes('--pcre2')) throw badPattern(query, complaint);
  const pcre = [...args, '--pcre2'];
  const second = await search(pcre);
  if (!second.failed) return second;
  const refusal = await check(workspace, pcre, signal);
  if (refusal === null) return second;
  throw badPattern(query, refusal);
}

async function check(
  workspace: SearchPlace,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const root = workspace.roots[0];
  if (root === undefined) return null;
  const result: RipgrepResult = await workspace.ripgrep.run({
    args: [...args, '--', '-'],
    cwd: root.folder,
    signal,
    onData: () => true,
    input: '',
  });
  return result.exitCode === 2 ? result.stderr : null;
}

function badPattern(query: PatternQuery, complaint: string): RepositoryError {
  const [explanation = ''] = complaint.replace(/^rg: /, '').split('\n\nConsider ');
  const hints = [];
  if (complaint.includes('multiline')) hints.push('Pass multiline=True to match across lines.');
  else if (!query.fixed) {
    hints.push(
      'To search for exactly this text, pass fixed=True; else escape its special characters.',
    );
  }
  return new RepositoryError('bad-pattern', [explanation.trimEnd(), ...hints].join('\n'));
}
