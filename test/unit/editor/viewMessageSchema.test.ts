import { describe, expect, it } from 'vitest';
import { viewMessageSchema } from '../../../src/editor/recursion/viewMessageSchema';

const accepts = (message: unknown) => viewMessageSchema.safeParse(message).success;

describe('a message of the view', () => {
  it('is one that the view can mean', () => {
    expect(accepts({ type: 'ready', run: null, opened: [] })).toBe(true);
    expect(accepts({ type: 'open-run', run: '20261130-120000-abcdef' })).toBe(true);
    expect(accepts({ type: 'open-file', path: 'src/a.ts', start: 1, end: 2 })).toBe(true);
  });

  it('is not another one, and not one of any size', () => {
    const messages: readonly unknown[] = [
      null,
      'ready',
      { type: 'run-command', command: 'workbench.action.quit' },
      { type: 'open-run', run: '../../etc/passwd' },
      { type: 'delete-run', run: '..' },
      { type: 'export-run', run: 'a'.repeat(1_000) },
      { type: 'load', node: 'a'.repeat(1_000) },
      { type: 'open-file', path: 'a'.repeat(100_000), start: 1, end: 1 },
      { type: 'open-file', path: 'a', start: 1.5, end: 1 },
      { type: 'coverage', folder: 'a'.repeat(100_000) },
      { type: 'ask', question: 'a'.repeat(200_000) },
      { type: 'open-body', nodes: Array.from({ length: 2_000 }, () => 'n'), part: 'code' },
      { type: 'body', node: 'n', part: 'coverage' },
      { type: 'state', state: 'a'.repeat(200_000) },
    ];
    for (const message of messages) expect(accepts(message)).toBe(false);
  });
});
