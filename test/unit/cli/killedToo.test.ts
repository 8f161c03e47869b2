import { describe, it } from 'vitest';
import { repetitions } from '../../host/repetitions';
import { expectRunsToSurvive } from './killedRuns';

describe('a run whose process is killed at any moment', () => {
  // The other half of the moments is in killed.test.ts: files run side by side.
  it('leaves a log and a report from which it is finished, and repeats no paid call', async () => {
    await expectRunsToSurvive(repetitions(50, 12), (index) => index % 2 === 1);
  }, 300_000);
});
