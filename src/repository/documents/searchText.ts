import { dirname } from 'node:path';
import type { GrepResult } from '../repository';
import { FoundLines } from '../search/foundLines';
import { throughFirstSubmatch } from '../search/grepEvents';
import { type PatternQuery, withEngine } from '../search/pattern';
import { Records } from '../search/records';
import type { SpooledText } from './spooledText';

/** A search in a text. */
export interface TextQuery extends PatternQuery {
  readonly before: number;
  readonly after: number;
  readonly maxCount: number;
}

/** The file is UTF-8 text that Fathom wrote, so it is never binary. */
const asText = ['--text', '--encoding=none', '--no-filename', '--color=never'];

/**
 * The matching lines of a text, found by ripgrep; their path is `name`.
 * @throws {RepositoryError} `bad-pattern` with ripgrep's explanation.
 */
export async function grepText(
  text: SpooledText,
  name: string,
  query: TextQuery,
  signal: AbortSignal,
): Promise<GrepResult> {
  const context = [`--before-context=${query.before}`, `--after-context=${query.after}`];
  const { ripgrep } = text;
  const place = { ripgrep, roots: [{ folder: dirname(text.path) }] };
  const { found } = await withEngine(place, query, signal, async (pattern) => {
    const lines = new FoundLines(query.maxCount);
    const records = new Records(0x0a, throughFirstSubmatch);
    const { exitCode } = await ripgrep.run({
      args: [...asText, '--json', ...context, ...pattern, '--', text.path],
      cwd: dirname(text.path),
      signal,
      onData: (chunk) => records.push(chunk, (record) => lines.add(record, () => name)),
    });
    return { found: lines, failed: exitCode === 2 };
  });
  return found.result();
}

/**
 * The number of matching lines of a text.
 * @throws {RepositoryError} `bad-pattern` with ripgrep's explanation.
 */
export async function countInText(
  text: SpooledText,
  query: PatternQuery,
  signal: AbortSignal,
): Promise<number> {
  const { ripgrep } = text;
  const place = { ripgrep, roots: [{ folder: dirname(text.path) }] };
  const { count } = await withEngine(place, query, signal, async (pattern) => {
    let printed = '';
    const { exitCode } = await ripgrep.run({
      args: [...asText, '--count', ...pattern, '--', text.path],
      cwd: dirname(text.path),
      signal,
      onData: (chunk) => {
        printed += chunk.toString('latin1');
        return true;
      },
    });
    return { count: Number(printed), failed: exitCode === 2 };
  });
  return count;
}
