import { dirname } from 'node:path';
import type { GrepResult } from '../repository';
import { FoundLines } from '../search/foundLines';
import { throughFirstSubmatch } from '../search/grepEvents';
import { type PatternQuery, withEngine } from '../search/pattern';
import { Records } from '../search/records';
import type { SpooledText } from './spooledText';

/** What is looked for in a text, and how much of it is wanted. */
export interface TextQuery extends PatternQuery {
  readonly before: number;
  readonly after: number;
  readonly maxCount: number;
}

/** The file was made of text, so nothing in it makes it binary; and it is UTF-8. */
const asText = ['--text', '--encoding=none', '--no-filename', '--color=never'];

/**
 * The lines of a text that match, by ripgrep; their path is `name`.
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
 * How many lines of a text match.
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
