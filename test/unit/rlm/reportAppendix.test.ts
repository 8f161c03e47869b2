import { describe, expect, it } from 'vitest';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { reportAppendix } from '../../../src/rlm/report/reportAppendix';

const withUnwritten = (titles: readonly string[]) =>
  reportAppendix({ citations: [], unchecked: 0 }, new Coverage().counts(0), titles, 'a model');

describe('what a report ends with', () => {
  it('names the sections that were not written, one by one', () => {
    expect(withUnwritten(['Limits, and more', '1. Scope', '- dash', '`code`'])).toContain(
      '\n\nSections that were not written:\n\n- Limits, and more\n- 1\\. Scope\n- \\- dash\n- `code`\n\n*Written',
    );
  });

  it('stays short with any number of them, of any length', () => {
    const text = withUnwritten(
      Array.from({ length: 20_000 }, (_, n) => `S${n} ${'x'.repeat(900)}`),
    );
    expect(text).toContain('- and 19,800 more\n');
    expect(text.length).toBeLessThan(50_000);
  });
});
