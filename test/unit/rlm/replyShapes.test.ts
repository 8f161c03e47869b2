import { describe, expect, it } from 'vitest';
import { exitStatus, statusOfResult } from '../../../src/cli/exitStatus';
import type { RunResult } from '../../../src/rlm/request';
import { quickClock } from '../../host/quickClock';
import { brokenShapes, type ReplyShape, wholeShapes } from '../../host/replyShapes';
import { scriptedRun } from '../../host/scriptedRun';
import { seededRandom } from '../../host/seededRandom';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const right = 'Yes, it is.';
/** What the root says to submit the right answer; its first half is no code. */
const submission = ['I submit it.\n\n```repl\nFINAL("Yes,', ' it is.")\n```'] as const;

/** A run whose root always answers in this shape. */
async function runOf({ reply }: ReplyShape): Promise<RunResult> {
  const clock = quickClock(seededRandom(3));
  const { result } = await scriptedRun(() => reply(submission), { clock });
  return result;
}

/** Nothing of the program's own went wrong, and nobody waited for a limit. */
function endedWell(result: RunResult): void {
  expect(['answered', 'error']).toContain(result.status);
  if (result.status === 'error') {
    expect(result).toMatchObject({ fault: 'model', answer: '' });
    expect(result.reason).toMatch(/\S/);
    expect(statusOfResult(result)).toBe(exitStatus.unusable);
  } else {
    expect(result.answer).toBe(right);
  }
}

describe.concurrent('a root model whose server answers with', () => {
  it.each(wholeShapes)('$name answers', async (shape) => {
    const result = await runOf(shape);
    endedWell(result);
    expect(result.status).toBe('answered');
  });

  it.each(brokenShapes)('$name ends in an error that says why', async (shape) => {
    const result = await runOf(shape);
    endedWell(result);
    expect(result.status).toBe('error');
  });
});

it('sub-models whose server answers in every shape give whole replies or failed ones', async () => {
  const shapes = [...wholeShapes, ...brokenShapes];
  const ask =
    `r = llm_query_batched([f"shape {i}" for i in range(${shapes.length})])\n` +
    'for i, x in enumerate(r): print(i, x.failed, ascii(str(x)[:60]))';
  const clock = quickClock(seededRandom(5));
  const { result, requests } = await scriptedRun(
    ({ speaker, messages, prompt }) => {
      if (speaker === 'root') return messages.length === 2 ? cell(ask) : cell('FINAL("done")');
      const shape = shapes[Number(prompt.slice('shape '.length))];
      return shape?.reply(['Yes,', ' it is.']) ?? { status: 400 };
    },
    { clock },
  );
  expect(result).toMatchObject({ status: 'answered', answer: 'done' });
  const shown = requests.findLast(({ speaker }) => speaker === 'root')?.prompt ?? '';
  const slots = [...shown.matchAll(/^(\d+) (True|False) '(.*)'$/gm)];
  expect(slots).toHaveLength(shapes.length);
  const came = slots.map(([, index, failed, text]) => ({
    name: shapes[Number(index)]?.name,
    is: failed === 'True' ? 'failed' : text,
  }));
  expect(came).toEqual([
    ...wholeShapes.map(({ name }) => ({ name, is: right })),
    ...brokenShapes.map(({ name }) => ({ name, is: 'failed' })),
  ]);
});
