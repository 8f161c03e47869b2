import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { apiError, type ModelScript } from '../../host/modelScript';
import { type ScriptedRun, type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = cell('FINAL(f"found {found}")');
const small = { 'a.txt': 'alpha\nbeta\n' };

/** A kind of model call, and a run that makes it; the model never answers differently to the same. */
interface Kind {
  readonly what: string;
  readonly options: ScriptedRunOptions;
  readonly script: ModelScript;
}

const kinds: readonly Kind[] = [
  {
    what: 'a direct answer',
    options: { direct: 'auto', files: small },
    script: () => 'It is alpha (a.txt:1).',
  },
  {
    what: 'a direct answer that was cut short, and the loop after it',
    options: { direct: 'auto', files: small },
    script: ({ prompt, messages }) => {
      if (prompt.includes('=== a.txt')) return { text: 'It is a long', finishReason: 'length' };
      return messages.some(({ role }) => role === 'assistant') ? submit : cell('found = 42');
    },
  },
  {
    what: 'a summary when the conversation outgrows the model',
    options: { contextWindow: 10_000 },
    script: ({ prompt }) => {
      if (prompt.includes('about to outgrow')) return 'The clue is in `found`.';
      if (prompt.includes('The clue is in')) {
        return { text: cell('print(len(history))'), usage: { prompt: 4_000, completion: 20 } };
      }
      if (prompt.includes('REPL output')) return submit;
      return { text: cell('found = 42'), usage: { prompt: 7_000, completion: 2_000 } };
    },
  },
  {
    what: 'a conversation that the provider found too long',
    options: {},
    script: ({ prompt }) => {
      if (prompt.includes('These steps were taken')) return submit;
      if (prompt.includes('REPL output')) {
        return apiError(400, 'This model’s maximum context length is 10 tokens.', {
          code: 'context_length_exceeded',
        });
      }
      return cell('found = 42\nprint("a clue")');
    },
  },
  {
    what: 'the best answer at a limit of turns',
    options: { limits: { maxIterations: 2 } },
    script: ({ prompt }) =>
      prompt.includes('best answer')
        ? 'What I know.'
        : cell('n = globals().get("n", 0) + 1\nfound = llm_query(f"x{n}")'),
  },
  {
    what: 'the best answer at a limit of sub-calls',
    options: { limits: { maxSubcalls: 3 } },
    script: ({ prompt, messages }) => {
      if (!messages.some(({ content }) => content.includes('<question>'))) return `<${prompt}>`;
      if (prompt.includes('best answer')) return 'What I know.';
      return cell('found = llm_query_batched(["a", "b", "c"])\nprint(llm_query("d"))');
    },
  },
  {
    what: 'the best answer of a child at its limit of turns',
    options: { limits: { maxDepth: 3, maxIterations: 2 } },
    script: ({ prompt, messages }) => {
      if (prompt.includes('best answer')) return 'What the child knows.';
      const child = messages[1]?.content.includes('Look there') === true;
      if (child) return cell('print("looking")');
      if (messages.some(({ role }) => role === 'assistant')) return cell('FINAL(told)');
      return cell('told = rlm_query("Look there", context="x")\nprint(told)');
    },
  },
];

/** Cuts the log of a run before and after each of its replies, and resumes it. */
async function resumeAroundReplies(kind: Kind, folder: TemporaryFolder) {
  const { options, script } = kind;
  const run = (more: Partial<ScriptedRunOptions>) =>
    scriptedRun(script, { ...options, logFolder: folder.path, ...more });
  const whole = await run({});
  const lines = whole.log.trimEnd().split('\n');
  const replies = lines.flatMap((line, i) => (line.includes('"part":"response"') ? [i] : []));
  const cuts = new Set([1, ...replies.flatMap((line) => [line, line + 1]), lines.length]);
  for (const cut of cuts) {
    const path = join(folder.path, 'cut.jsonl');
    await writeFile(path, `${lines.slice(0, cut).join('\n')}\n${lines[cut]?.slice(0, 40) ?? ''}`);
    const answered = lines.slice(0, cut).filter((line) => line.includes('"part":"response"'));
    const rest = await run({ continues: { how: 'resume', past: await readPastRun(path) } });
    const context = `cut after ${cut}: ${lines[cut - 1]?.slice(0, 120)}`;
    expect(rest.result.answer, context).toBe(whole.result.answer);
    expect(rest.result.status, context).toBe(whole.result.status);
    expect(rest.result.usage, context).toEqual(whole.result.usage);
    // A request that was refused is not answered, nor paid for.
    const paid = rest.requests.filter(({ status }) => status === 200);
    expect(paid.length, context).toBe(paidIn(whole) - answered.length);
  }
}

const paidIn = ({ requests }: ScriptedRun) =>
  requests.filter(({ status }) => status === 200).length;

describe('a run that is resumed does not ask again for', () => {
  it.for(kinds)('$what', { timeout: 60_000 }, async (kind) => {
    await using folder = await temporaryFolder('resume-kinds');
    await resumeAroundReplies(kind, folder);
  });
});

describe('the log of a run', () => {
  it.for(kinds)('has the reply before the run goes on: $what', async ({ options, script }) => {
    await using folder = await temporaryFolder('on-file');
    const logFolder = join(folder.path, 'log');
    await mkdir(logFolder);
    let replies = 0;
    // A run does not notice when who listens throws: what was missing is looked at afterwards.
    const missing: string[] = [];
    await scriptedRun(script, {
      ...options,
      logFolder,
      // The log is told before anybody else is, and these before any code goes on.
      onEvent: (event) => {
        if (event.type === 'body' && event.part === 'response') replies += 1;
        const file = readFileSync(join(logFolder, `${event.run}.jsonl`), {
          encoding: 'utf8',
          flag: 'a+',
        });
        const onFile = file.split('"part":"response"').length - 1;
        if (onFile !== replies) missing.push(`${event.type}: ${onFile} of ${replies}`);
      },
    });
    expect(missing).toEqual([]);
    expect(replies).toBeGreaterThan(0);
  });
});

describe('a run that ended at a limit', () => {
  it('goes on with a higher one, without its last answer', async () => {
    await using folder = await temporaryFolder('higher-limit');
    const script: ModelScript = ({ prompt, messages }) => {
      if (prompt.includes('best answer')) return 'What I know.';
      const turn = messages.filter(({ role }) => role === 'assistant').length;
      return turn < 3 ? cell(`n${turn} = ${turn}\nprint(n${turn})`) : cell('FINAL(n0 + n1 + n2)');
    };
    const at = (maxIterations: number, past: ScriptedRunOptions) =>
      scriptedRun(script, { limits: { maxIterations }, logFolder: folder.path, ...past });
    const resumed = async ({ result }: ScriptedRun) => ({
      continues: { how: 'resume' as const, past: await readPastRun(result.trajectory ?? '') },
    });
    const first = await at(2, {});
    expect(first.result).toMatchObject({ status: 'limit', answer: 'What I know.' });
    const same = await at(2, await resumed(first));
    expect(same.result).toMatchObject({ status: 'limit', answer: 'What I know.' });
    expect(same.requests).toHaveLength(0);
    const lower = await at(1, await resumed(first));
    expect(lower.result).toMatchObject({ status: 'limit', answer: 'What I know.' });
    const higher = await at(9, await resumed(same));
    expect(higher.result).toMatchObject({ status: 'answered', answer: '3' });
    expect(higher.requests).toHaveLength(2);
  });
});
