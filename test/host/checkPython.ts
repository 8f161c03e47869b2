/**
 * Lints the Python that Fathom runs: the runtime of kernels, and the cells that the offline model writes.
 * Part of `npm run check`. Exits with 1, and a line for each finding, when there is one.
 */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { projectFolder } from './folders';

/** Names that every cell sees, of those in `src/repl/python/fathom/namespace.py`. */
const cellNames = [
  ...['answer', 'chunks', 'cite', 'context', 'count', 'files', 'git_diff', 'git_log', 'git_show'],
  ...['grep', 'llm_query_batched', 'read', 'report', 'tree'],
];

/** Names that `src/repl/wasm/makeImage.ts` puts above `image.py`. */
const imageNames = ['COMPILE_LIBRARY', 'PRELOAD'];

const runtime = linter(imageNames, []);
// The pieces of a cell import what they need; their lines are as long as those of other code that models write.
const cells = linter(cellNames, ['E402']);

function linter(builtins: readonly string[], ignored: readonly string[]): Workspace {
  const options = {
    // The oldest that kernels run with.
    'target-version': 'py39',
    builtins,
    lint: { select: ['E', 'W', 'F', 'B', 'C4', 'PIE', 'PLE'], ignore: ['E501', ...ignored] },
  };
  return new Workspace(options, PositionEncoding.Utf16);
}

const cellsFolder = join(projectFolder, 'src/models/offline/cells');

/** Every text that a file may come after, as its first line says: `# After files.py or documents.py.` */
async function textsBefore(text: string): Promise<readonly string[]> {
  const names = /^# After (.+)\.\n/.exec(text)?.[1]?.split(' or ');
  if (names === undefined) return [''];
  const texts = names.map(async (name) => {
    const earlier = await readFile(join(cellsFolder, name), 'utf8');
    return (await textsBefore(earlier)).map((before) => before + earlier);
  });
  return (await Promise.all(texts)).flat();
}

const findings = new Set<string>();
let count = 0;
for await (const name of glob('src/**/*.py', { cwd: projectFolder })) {
  const path = join(projectFolder, name);
  const text = await readFile(path, 'utf8');
  const isCell = path.startsWith(cellsFolder);
  for (const before of isCell ? await textsBefore(text) : ['']) {
    const skipped = before.split('\n').length - 1;
    for (const finding of (isCell ? cells : runtime).check(before + text)) {
      const line = finding.start_location.row - skipped;
      if (line > 0)
        findings.add(`${name}:${line}: ${finding.message} (${finding.code ?? 'syntax'})`);
    }
  }
  count += 1;
}
for (const finding of findings) console.error(finding);
if (count === 0) throw new Error('No Python was found to check.');
process.exitCode = findings.size > 0 ? 1 : 0;
