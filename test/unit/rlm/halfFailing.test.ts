import { expect, it } from 'vitest';
import { failingHalf } from '../../host/failingHalf';
import { quickClock } from '../../host/quickClock';
import { scriptedRun } from '../../host/scriptedRun';
import { seededRandom } from '../../host/seededRandom';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const batch = cell(
  'r = llm_query_batched([f"piece {i}" for i in range(60)])\n' +
    'print([x for i, x in enumerate(r) if x.failed or x != f"about piece {i}"], len(r))',
);

it.each([11, 12, 13])(
  'a batch of 60 comes back whole though half of all requests fail (seed %i)',
  async (seed) => {
    const half = failingHalf(({ speaker, prompt, messages }) => {
      if (speaker === 'sub') return `about ${prompt}`;
      return messages.length === 2 ? batch : cell('FINAL("done")');
    }, seed);
    const clock = quickClock(seededRandom(seed));
    const { result, requests } = await scriptedRun(half.script, { clock });
    expect(result).toMatchObject({ status: 'answered', answer: 'done', subcalls: 60 });
    expect(result.subcallsAnswered).toBe(60);
    expect(requests.findLast(({ speaker }) => speaker === 'root')?.prompt).toContain('[] 60');
    expect(half.askedAgain).toEqual([]);
    expect(half.failed).toBeGreaterThan(30);
  },
);
