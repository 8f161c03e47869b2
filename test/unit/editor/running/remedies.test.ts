import { describe, expect, it } from 'vitest';
import { remediesFor } from '../../../../src/editor/running/remedies';
import type { ModelErrorKind } from '../../../../src/models/languageModel';

describe('remediesFor', () => {
  it('offers what helps first', () => {
    expect(remediesFor('model', 'authentication')[0]).toBe('Set API Key');
    expect(remediesFor('model', 'not-found')[0]).toBe('Change Model');
    expect(remediesFor('model', 'unreachable')).toContain('Try Offline');
    expect(remediesFor('kernel', null)).toEqual(['Open Settings', 'Show Log']);
    expect(remediesFor('usage', null)).toContain('Open Settings');
    expect(remediesFor('bug', null)).toContain('Show Log');
  });

  it('fits into a message', () => {
    const kinds: readonly (ModelErrorKind | null)[] = [
      'authentication',
      'server',
      'malformed',
      null,
    ];
    for (const kind of kinds) {
      expect(remediesFor('model', kind).length).toBeLessThanOrEqual(3);
    }
  });
});
