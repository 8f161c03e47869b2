import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import { projectFolder } from '../../host/folders';
import type { ModelScript } from '../../host/modelScript';
import { type ScriptedRun, type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text = 'done') => cell(`FINAL(${JSON.stringify(text)})`);

type ReportRun = ScriptedRun & { readonly report: string | null };

async function reportRun(
  script: ModelScript,
  options: ScriptedRunOptions = {},
): Promise<ReportRun> {
  let report: string | null = null;
  const onReportText = (text: string | null) => {
    report = text;
  };
  const run = await scriptedRun(script, { ...options, onReportText });
  return { ...run, report };
}

function started(events: readonly TrajectoryEvent[]) {
  return events.filter((event) => event.type === 'node-started');
}

describe('report', () => {
  it('takes what code writes, and tells how long it is', async () => {
    const { result, report, requests } = await reportRun([
      cell(
        'report.write("# Ünï\\n")\nreport.section("Limits", "They hold.")\nprint(len(report))\nreport',
      ),
      cell('report.sections()'),
      submit(),
    ]);
    expect(report).toBe('# Ünï\n\n## Limits\n\nThey hold.\n');
    expect(requests[1]?.prompt).toContain('16\n<report: 16 characters, 1 sections>');
    expect(requests[2]?.prompt).toContain('Limits: 10 characters');
    expect(result.report).toMatchObject({ bytes: 31, sections: 1, unwritten: [], problem: null });
    expect(result.report?.path).toMatch(/log[\\/].*\.report\.md$/);
  });

  it('says how long it is, and of one section how far that is, without a list of all', async () => {
    const { requests, log } = await reportRun([
      cell(
        'one = report.section("One")\ntwo = report.section("Two", "Ünï")\nprint(len(report), repr(one), repr(two), report)',
      ),
      submit(),
    ]);
    expect(requests[1]?.prompt).toContain(
      "3 <section 'One': reserved> <section 'Two': 3 characters> <report: 3 characters, 2 sections, 1 of them open>",
    );
    const bodies = log
      .split('\n')
      .filter((line) => line.includes('"chars"'))
      .map((line) => /"body":"(.*?[^\\])"/.exec(line)?.[1]);
    expect(bodies).toEqual(['[]', '[[1,\\"One\\",2,0,true]]', '[[2,\\"Two\\",2,3,false]]', '[]']);
  });

  it('is not made when nothing is written', async () => {
    const { result, report } = await reportRun([submit()]);
    expect(report).toBeNull();
    expect(result).toMatchObject({ report: null, documents: [] });
  });

  it('draws each section under its cell, with the marks of its level', async () => {
    const { events } = await reportRun([
      cell(
        'report.section("Limits", "x" * 2100)\nlate = report.section("Of time", level=3)\nlate.fill("yes")',
      ),
      submit(),
    ]);
    const cells = started(events).filter(({ kind }) => kind === 'cell');
    const drawn = started(events).filter(({ parent }) => parent === cells[0]?.node);
    expect(drawn.map(({ kind, summary }) => [kind, summary])).toEqual([
      ['report', '## Limits · 2.1 KB'],
      ['report', '### Of time · 3 bytes'],
    ]);
  });

  it('draws how far all of it is as one step of the run', async () => {
    const { events, result } = await reportRun([
      cell('places = [report.section(f"S{n}") for n in range(3)]\nplaces[1].fill("one")'),
      cell('places[0].fill("nought")\nplaces[2].fill("two")'),
      submit(),
    ]);
    const root = events.find(({ type }) => type === 'run-started')?.node;
    const steps = started(events).filter(
      ({ kind, parent }) => kind === 'report' && parent === root,
    );
    expect(steps).toHaveLength(1);
    const end = events.find(
      (event) => event.type === 'node-ended' && event.node === steps[0]?.node,
    );
    expect(end).toMatchObject({
      outcome: 'ok',
      summary: `Report · 3 sections · ${result.report?.bytes} bytes`,
    });
  });

  it('keeps the order of sections that threads and asyncio fill', async () => {
    const cells = [
      cell(`import threading
sections = [report.section(f"T{i}") for i in range(8)]
threads = [threading.Thread(target=s.fill, args=(f"by thread {i}",)) for i, s in reversed(list(enumerate(sections)))]
for t in threads: t.start()
for t in threads: t.join()`),
      cell(`import asyncio
async def one(i):
    section = report.section(f"A{i}")
    section.fill(await llm_query.aio(f"{i}"))
await asyncio.gather(*[one(i) for i in range(5)])`),
      submit(),
    ];
    const { report } = await reportRun(({ speaker, turn, prompt }) =>
      speaker === 'sub' ? `heard ${prompt}` : (cells[turn - 1] ?? ''),
    );
    const sections = [
      ...Array.from({ length: 8 }, (_, i) => `## T${i}\n\nby thread ${i}\n`),
      ...Array.from({ length: 5 }, (_, i) => `## A${i}\n\nheard ${i}\n`),
    ];
    expect(report).toBe(sections.join('\n'));
  });

  it('has 2,000 sections of 16 sub-calls at a time in order, byte by byte', async () => {
    const { report, result } = await reportRun(
      (request) => {
        if (request.speaker === 'sub') return `Text of ${request.prompt}: ${'ü'.repeat(50)}`;
        return request.turn === 1
          ? cell(`from concurrent.futures import ThreadPoolExecutor
sections = [report.section(f"Part {i}") for i in range(2000)]
with ThreadPoolExecutor(16) as pool:
    list(pool.map(lambda i: sections[i].fill(llm_query(str(i))), [i * 7919 % 2000 for i in range(2000)]))`)
          : submit();
      },
      { limits: { maxSubcalls: 2000 } },
    );
    const whole = Array.from(
      { length: 2000 },
      (_, i) => `## Part ${i}\n\nText of ${i}: ${'ü'.repeat(50)}\n`,
    ).join('\n');
    expect(report === whole).toBe(true);
    expect(result.report).toMatchObject({ sections: 2000, bytes: Buffer.byteLength(whole) });
  }, 300_000);

  it('has what children write where their parent asked them', async () => {
    const { report } = await reportRun(
      ({ messages, turn }) => {
        const question = /<question>\n(.*)/.exec(messages[1]?.content ?? '')?.[1] ?? '';
        if (question.startsWith('child')) {
          return cell(`report.section(${JSON.stringify(question)}, "text")\nFINAL(repr(report))`);
        }
        return turn === 1
          ? cell(
              'report.write("Before.\\n")\nfound = rlm_query_batched(["child 1", "child 2", "child 3"])\nreport.write("After.\\n")\nprint(found[0])',
            )
          : submit();
      },
      { limits: { maxDepth: 2 } },
    );
    expect(report).toBe(
      'Before.\n\n## child 1\n\ntext\n\n## child 2\n\ntext\n\n## child 3\n\ntext\n\nAfter.\n',
    );
  });

  it('keeps a text together that is sent in pieces, while other threads write', async () => {
    const { report } = await reportRun([
      cell(
        [
          'import threading',
          'type(report)._send.__globals__["PIECE"] = 10',
          'def others():',
          '    for n in range(30):',
          '        report.write("o\\n") if n % 2 else report.section(f"S{n}", "o")',
          'thread = threading.Thread(target=others)',
          'thread.start()',
          'report.write("x" * 500 + "\\n")',
          'thread.join()',
        ].join('\n'),
      ),
      submit(),
    ]);
    expect(report).toContain('x'.repeat(500));
    expect(report?.match(/^o$/gm)).toHaveLength(30);
  });

  it('says what is wrong with what is no text', async () => {
    const { requests } = await reportRun([
      cell('report.write({"a": 1})'),
      cell('report.section("A", ["x"])'),
      cell('s = report.section("A", "x")\ns.fill("y")'),
      submit(),
    ]);
    expect(requests[1]?.prompt).toContain(
      'TypeError: report.write: the text must be a str, not dict; make Markdown of it, or json.dumps(...)',
    );
    expect(requests[2]?.prompt).toContain('must be a str, not list; join it first');
    expect(requests[3]?.prompt).toContain('ValueError: The section "A" is finished');
  });

  it('ends a wanted report with its sources and the coverage', async () => {
    const { report, result, requests } = await reportRun(
      [
        cell('print(read("src/a.ts"))'),
        cell('report.section("A", "It is `one` in `src/a.ts:1`. Not in `src/a.ts:99`.")'),
        submit('See the report.'),
      ],
      { reportFile: 'out.md', files: { 'src/a.ts': 'const one = 1;\n' } },
    );
    expect(requests[0]?.prompt).toContain('A report file is wanted');
    expect(report).toContain('\n\n## Sources\n\nThe report cites 2 places:\n\n- 1 read: ');
    expect(report).toContain(
      '- `src/a.ts:1`\n\nWrong (no such lines, or what is quoted is not in them):\n\n- `src/a.ts:99`\n\n## Coverage\n',
    );
    expect(report).toMatch(/\| read \| 1 \|\n/);
    expect(result.citations).toEqual([
      { path: 'src/a.ts', start: 1, end: 1, evidence: 'read' },
      { path: 'src/a.ts', start: 99, end: 99, evidence: 'wrong' },
    ]);
  });

  it('gets the answer when it is wanted and nobody wrote it', async () => {
    const { report } = await reportRun([submit('All of it.')], { reportFile: 'out.md' });
    expect(report).toMatch(/^All of it\.\n\n## Sources\n/);
  });

  it('opens documents of their own, none over another', async () => {
    const { result, requests, events } = await reportRun([
      cell(
        'print(open_document("Routes.csv", "a,b"), open_document("../../Über uns!", "x"), open_document("../../Über uns!", "y", "python"))',
      ),
      cell('open_document("Über uns", "z")'),
      submit(),
    ]);
    expect(requests[1]?.prompt).toMatch(
      /documents\/routes\.csv .*documents\/über-uns\.md .*\/über-uns\.py/,
    );
    expect(result.documents.map(({ path }) => path.split(/[\\/]/).at(-1))).toEqual([
      'routes.csv',
      'über-uns.md',
      'über-uns.py',
      'über-uns-2.md',
    ]);
    expect(
      events.some(
        (event) => event.type === 'node-started' && event.summary === 'Routes.csv · 3 bytes',
      ),
    ).toBe(true);
  });
});

describe('the example of a report in the prompts', () => {
  it('runs, and writes what its sub-models say in order', async () => {
    const prompt = await readFile(join(projectFolder, 'prompts/examples-repository.md'), 'utf8');
    const example = /```repl\n((?:(?!```)[\s\S])*report\.section[\s\S]*?)\n```/.exec(prompt)?.[1];
    const { report, requests } = await reportRun(
      ({ speaker, turn, prompt: asked }) => {
        if (speaker === 'sub') return `About ${/=== (\S+):/.exec(asked)?.[1]}.`;
        return turn === 1 ? cell(example ?? '') : submit();
      },
      {
        files: {
          'a.py': 'def top():\n    pass\n',
          'lib/b.py': 'def b():\n    pass\n',
          'lib/deep/c.py': 'def c():\n    pass\n',
        },
      },
    );
    expect(requests.at(-1)?.prompt).toContain('0 failed');
    expect(report).toBe(
      '# What each folder does\n\n## Top level\n\nAbout a.py.\n\n## lib\n\nAbout lib/b.py.\n\n## lib/deep\n\nAbout lib/deep/c.py.\n',
    );
  });
});
