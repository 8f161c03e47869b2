import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needleReply, needleTask } from '../../eval/needleTask';
import { pairsReply, pairsTask } from '../../eval/pairsTask';
import { projectFolder } from '../../host/folders';
import { promptFences } from '../../host/promptFences';
import { type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

/** Runs cells one a turn, then submits; gives what each printed, and how many sub-calls there were. */
async function runCells(
  cells: readonly string[],
  subReply: (prompt: string) => string,
  options: ScriptedRunOptions,
) {
  const { requests, events, result } = await scriptedRun(({ speaker, turn, prompt }) => {
    if (speaker === 'sub') return subReply(prompt);
    const code = cells[turn - 1] ?? 'FINAL("done")';
    return `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
  }, options);
  const outputs = requests
    .filter(({ speaker, turn }) => speaker === 'root' && turn > 1)
    .map(({ prompt }) => /REPL output:\n([\s\S]*?)\n\nVariables: /.exec(prompt)?.[1] ?? '');
  const kinds = new Map(
    events.flatMap((e) => (e.type === 'node-started' ? [[e.node, e.kind]] : [])),
  );
  const failed = events.flatMap((event) =>
    event.type === 'node-ended' && kinds.get(event.node) === 'cell' && event.outcome !== 'ok'
      ? [event.reason]
      : [],
  );
  return { outputs, failed, result };
}

const files = {
  'client/http.py':
    'timeout = 30\n\ndef read_page(url):\n    return get(url, timeout)\n\ndef save(page):\n    pass\n',
  'docs/retry.md': 'One retry.\n',
};
const text = 'u1: Where is Arden?\nu2: Who wrote it?\nIt may retry.\n';
const documents: ScriptedRunOptions = {
  subject: { kind: 'documents', documents: [{ name: 'a.txt', text }] },
};
const list: ScriptedRunOptions = {
  subject: {
    kind: 'documents',
    documents: [
      { name: 'a.txt', text },
      { name: 'b.txt', text },
    ],
  },
};

describe('every example in every prompt runs', () => {
  it.each<[string, string, ScriptedRunOptions]>([
    ['system', 'a repository', { files }],
    ['system', 'a document', documents],
    ['system', 'several documents', list],
    ['examples-repository', 'a repository', { files }],
    ['report-wanted', 'a repository', { files }],
    ['report-wanted', 'a document', documents],
    ['report-wanted', 'several documents', list],
    ['examples-value', 'a document', documents],
    ['examples-value', 'several documents', list],
  ])('%s, about %s', async (name, _, options) => {
    const cells = await promptFences(name);
    expect(cells.length).toBeGreaterThan(0);
    const reply = (prompt: string) =>
      /^\d+: /m.test(prompt) ? prompt.replace(/^(\d+): .*/gm, '$1: WRITES') : 'client/http.py:1';
    const { failed, result } = await runCells(cells, reply, options);
    expect(failed).toEqual([]);
    expect(result.status).toBe('answered');
  });

  it('has no example anywhere else', async () => {
    const names = (await readdir(join(projectFolder, 'prompts'), { recursive: true })).filter(
      (name) => name.endsWith('.md'),
    );
    const texts = await Promise.all(
      names.map((name) => readFile(join(projectFolder, 'prompts', name), 'utf8')),
    );
    const withFences = names.filter((_, index) => texts[index]?.includes('```'));
    expect(withFences.sort()).toEqual([
      'examples-repository.md',
      'examples-value.md',
      'report-wanted.md',
      'system.md',
    ]);
  });
});

describe('the recipe of the examples', () => {
  it('labels functions of a repository and counts by code', async () => {
    const [, label = ''] = await promptFences('examples-repository');
    const reply = (prompt: string) =>
      [...prompt.matchAll(/^(\d+): def (\w+)/gm)]
        .map(([, n, name]) => `${n}: ${name === 'save' ? 'WRITES' : 'READS'}`)
        .join('\n');
    const { outputs } = await runCells([label], reply, { files });
    expect(outputs[0]).toContain("2 functions, 2 labelled: Counter({'READS': 1, 'WRITES': 1})");
    expect(outputs[0]).toContain("['client/http.py:6: def save(page):']");
  });

  it.each([30_000, 300_000, 1_200_000])('finds a needle in %d characters', async (length) => {
    for (const seed of [1, 2, 3]) {
      const task = needleTask(length, seed);
      const [find = ''] = await promptFences('examples-value');
      const { outputs, result } = await runCells([find], needleReply, {
        subject: { kind: 'documents', documents: [{ name: 'contract.txt', text: task.text }] },
      });
      expect(outputs[0]).toContain(`Line ${task.line}: "${task.needle}"`);
      expect(outputs[0]).toContain('1 with something');
      // One call for each 80,000 characters.
      expect(result.subcalls).toBe(Math.ceil(task.text.length / 80_000));
    }
  });

  it.each([200, 1_000, 4_000])(
    'finds all pairs among %d items, with calls linear in them',
    async (items) => {
      const task = pairsTask(items, items);
      const [, label = '', combine = ''] = await promptFences('examples-value');
      const all =
        'import hashlib\nnames = [f"{a}-{b}" for a, b in pairs]\nprint(len(names), hashlib.sha256("\\n".join(names).encode()).hexdigest())';
      const { outputs, result } = await runCells([label, combine, all], pairsReply, {
        subject: { kind: 'documents', documents: [{ name: 'asked.txt', text: task.text }] },
      });
      expect(outputs[0]).toContain(`${items} lines, ${items} labelled`);
      expect(outputs[2]?.trim()).toBe(
        `${task.pairs.length} ${await sha256(task.pairs.join('\n'))}`,
      );
      expect(result.subcalls).toBe(items / 100);
    },
  );

  it('asks again about the items that a sub-model left out', async () => {
    const task = pairsTask(500, 5);
    const [, label = ''] = await promptFences('examples-value');
    let calls = 0;
    const forgetful = (prompt: string) => {
      calls += 1;
      const lines = pairsReply(prompt).split('\n');
      return (calls <= 5 ? lines.filter((_, index) => index % 7 !== 0) : lines).join('\n');
    };
    const { outputs, result } = await runCells([label], forgetful, {
      subject: { kind: 'documents', documents: [{ name: 'asked.txt', text: task.text }] },
    });
    expect(outputs[0]).toContain('500 lines, 500 labelled');
    expect(result.subcalls).toBe(6);
  });

  it('would not do with the whole context at once', async () => {
    const { text: long } = needleTask(300_000, 1);
    expect(needleReply(`When does it end?\n${long}`)).not.toContain('31 December');
    const { text: many } = pairsTask(4_000, 1);
    expect(pairsReply(many)).not.toContain('PLACE\n');
  });
});

async function sha256(value: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value));
  return Buffer.from(digest).toString('hex');
}
