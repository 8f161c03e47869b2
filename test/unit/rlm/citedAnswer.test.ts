import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text: string) =>
  cell(`answer["content"] = ${JSON.stringify(text)}\nanswer["ready"] = True`);
const files = { 'src/a.js': 'let a = 1;\nlet b = 2;\nlet c = 3;\n' };

describe('citations that can not be verified', () => {
  it('are shown to the model once before its answer is accepted', async () => {
    const { requests, result } = await scriptedRun(
      [submit('It is in src/a.js:9 and src/b.js:1.'), submit('It is in src/a.js:2.')],
      { files },
    );
    expect(requests[1]?.prompt).toMatch(
      /held back[\s\S]*- `src\/a\.js:9`: the file has 3 lines\.\n {2}1\tlet a = 1;\n[\s\S]*- `src\/b\.js:1`: there is no such file/,
    );
    expect(result).toMatchObject({
      status: 'answered',
      answer: 'It is in src/a.js:2.',
      iterations: 2,
    });
    expect(result.citations).toEqual([{ path: 'src/a.js', start: 2, end: 2, evidence: 'read' }]);
  });

  it('stay, marked, when the model stands by them', async () => {
    const { result } = await scriptedRun(
      [submit('It is in src/a.js:9.'), cell('answer["ready"] = True')],
      { files },
    );
    expect(result).toMatchObject({ status: 'answered', answer: 'It is in src/a.js:9.' });
    expect(result.citations).toEqual([{ path: 'src/a.js', start: 9, end: 9, evidence: 'wrong' }]);
  });

  it('do not cost an answer that came in the last turn', async () => {
    const { result } = await scriptedRun([submit('It is in src/a.js:9.')], {
      files,
      limits: { maxIterations: 1 },
    });
    expect(result).toMatchObject({ status: 'answered', iterations: 1 });
  });
});

describe('an answer', () => {
  it('has its citations moved to where the quoted lines stand', async () => {
    const { result } = await scriptedRun([submit('It is `let c = 3;` (`src/a.js:1`).')], { files });
    expect(result.answer).toBe('It is `let c = 3;` (`src/a.js:3`).');
    expect(result.citations).toEqual([{ path: 'src/a.js', start: 3, end: 3, evidence: 'quoted' }]);
  });

  it('is checked against a file as the run read it, though it was edited since', async () => {
    let folder = '';
    const { result } = await scriptedRun(
      ({ turn }) => {
        if (turn === 1) return cell('text = read("src/a.js")');
        writeFileSync(join(folder, 'src/a.js'), '// all gone\n');
        return submit('It is `let b = 2;` (`src/a.js:2`).');
      },
      {
        files,
        onRepository: (path) => {
          folder = path;
        },
      },
    );
    expect(result.citations).toEqual([{ path: 'src/a.js', start: 2, end: 2, evidence: 'quoted' }]);
  });
});

describe('coverage', () => {
  it('tells per node and for the run what was seen, and what nobody looked at', async () => {
    const many = Array.from({ length: 50 }, (_, i) => `function step${i}() { return work(${i}); }`);
    const { result, events, log } = await scriptedRun(
      ({ speaker, turn }) => {
        if (speaker === 'sub') return 'seen';
        if (turn === 1) return cell('files()\nhits = grep("step(3|44)\\\\b")\nprint(hits[0])');
        if (turn === 2) return cell('llm_query("What is this?\\n" + read("src/b.js", 10, 20))');
        return submit('done');
      },
      { files: { ...files, 'src/b.js': `${many.join('\n')}\n` } },
    );
    const summaries = new Map(
      events.flatMap((event) => (event.type === 'node-started' ? [[event.node, event.kind]] : [])),
    );
    const seen = events.flatMap((event) =>
      event.type === 'node-progress' && event.files
        ? event.files.map(({ path, how, start, end }) =>
            [summaries.get(event.node), how, path, start, end]
              .filter((x) => x !== undefined)
              .join(' '),
          )
        : [],
    );
    expect(seen).toEqual([
      'host-call listed src/a.js',
      'host-call listed src/b.js',
      'host-call matched src/b.js 4 4',
      'host-call matched src/b.js 45 45',
      'cell sent src/b.js 4 4',
      'host-call read src/b.js 10 20',
      'subcall sent src/b.js 10 20',
    ]);
    expect(result.coverage).toEqual({
      filesTotal: 2,
      filesListed: 2,
      filesMatched: 1,
      filesRead: 1,
      filesSentToModels: 1,
      unseenMatches: { lines: 1, files: 1, places: [{ path: 'src/b.js', lines: [[45, 45]] }] },
    });
    const record = log
      .split('\n')
      .filter((line) => line.includes('"part":"coverage"'))
      .map((line) => JSON.parse(JSON.parse(line).text));
    expect(record).toEqual([
      {
        ...result.coverage,
        files: [
          {
            path: 'src/b.js',
            matched: [
              [4, 4],
              [45, 45],
            ],
            read: [[10, 20]],
            sent: [
              [4, 4],
              [10, 20],
            ],
          },
        ],
        filesLeftOut: 0,
      },
    ]);
  });
});
