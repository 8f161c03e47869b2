import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import type { AskIo } from '../../../src/cli/askIo';
import { MemoryOutput } from './memoryOutput';

/** A world without keys, terminal or settings. */
export function testIo(changes: Partial<AskIo> = {}): AskIo {
  return {
    env: {},
    cwd: tmpdir(),
    platform: 'linux',
    home: tmpdir(),
    assets: { prompts: '', python: '', ripgrep: '', documents: '' },
    localPlaces: [],
    stdin: () => Readable.from([]),
    stdout: new MemoryOutput(),
    stderr: new MemoryOutput(),
    now: Date.now,
    signal: new AbortController().signal,
    ...changes,
  };
}
