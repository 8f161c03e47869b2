import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPrompts } from '../../../src/rlm/prompts/prompts';
import { projectFolder, temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

const own = join(projectFolder, 'prompts');
const submit = '```repl\nFINAL("done")\n```';

describe('a prompt', () => {
  it('leaves out the lines whose placeholders are all empty', async () => {
    await using folder = await temporaryFolder('prompts');
    await writeFile(
      join(folder.path, 'output.md'),
      'a {{output}}\n\n{{variables}} and {{output}}\n\n{{variables}}\n\nb\n',
    );
    const prompts = await loadPrompts([own, folder.path]);
    const fill = (output: string, variables: string) =>
      prompts.fill('output', { output, variables });
    expect(fill('x', '')).toBe('a x\n\n and x\n\nb');
    expect(fill('', '')).toBe('b');
    expect(fill('{{variables}}', 'y')).toBe('a {{variables}}\n\ny and {{variables}}\n\ny\n\nb');
  });
});

describe('a folder of prompts', () => {
  it('replaces prompts one by one', async () => {
    await using folder = await temporaryFolder('prompts');
    await writeFile(join(folder.path, 'first-turn.md'), 'Begin ({{turn}} of {{turns}}).\n');
    const { requests } = await scriptedRun([submit], { promptFolders: [folder.path] });
    expect(requests[0]?.prompt).toMatch(/Begin \(1 of 30\)\.$/);
    expect(requests[0]?.messages[0]?.content).toContain('# How a turn works');
  });

  it('may say which functions there are with what it leaves to ours, or all in its own words', async () => {
    const text = { kind: 'documents', documents: [{ name: 'a.txt', text: 'a\n' }] } as const;
    for (const [name, subject] of [
      ['functions-repository', undefined],
      ['functions-value', text],
    ] as const) {
      await using folder = await temporaryFolder('prompts');
      const systemWith = async (prompt: string) => {
        await writeFile(join(folder.path, `${name}.md`), prompt);
        const asked = { promptFolders: [folder.path], ...(subject ? { subject } : {}) };
        const { requests } = await scriptedRun([submit], asked);
        return requests[0]?.messages[0]?.content ?? '';
      };
      expect(await systemWith('Ask more:\n{{recursion}}\n{{common}}')).toMatch(
        /Ask more:\n[\s\S]*- `cite\(path[\s\S]*- `report`[\s\S]*- `open_document\([\s\S]*- `SHOW_VARS\(\)`/,
      );
      expect(await systemWith('Ask more:\n{{recursion}}')).not.toContain('- `report`');
    }
  });

  it.each([
    [
      'a file that replaces no prompt',
      'sistem.md',
      'x',
      /sistem\.md replaces no prompt\. Prompts are: system,/,
    ],
    [
      'an unknown placeholder',
      'turn.md',
      'Turn {{trun}}',
      /turn\.md uses \{\{trun\}\}.*It may use: \{\{turn\}\}, \{\{turns\}\}/,
    ],
  ])('with %s is wrong usage, told before any model is asked', async (_, name, text, message) => {
    await using folder = await temporaryFolder('prompts');
    await writeFile(join(folder.path, name), text);
    const { result, requests } = await scriptedRun([submit], { promptFolders: [folder.path] });
    expect(result).toMatchObject({ status: 'error', fault: 'usage' });
    expect(result.reason).toMatch(message);
    expect(requests).toEqual([]);
  });

  it('that is not there is wrong usage', async () => {
    const { result } = await scriptedRun([submit], { promptFolders: [join(own, 'none')] });
    expect(result).toMatchObject({ status: 'error', fault: 'usage' });
    expect(result.reason).toMatch(/none can't be read/);
  });
});
