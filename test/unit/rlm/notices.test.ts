import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedRun } from '../../host/scriptedRun';

describe.skipIf(process.platform === 'win32')('what is unusual about a repository', () => {
  it.each([true, false])('is told to the model and to the person (a pipe: %s)', async (odd) => {
    const notices: string[] = [];
    const { result, requests } = await scriptedRun(() => '```repl\nFINAL("done")\n```', {
      files: { 'a.txt': 'a' },
      onRepository(folder) {
        mkdirSync(folder, { recursive: true });
        if (odd) execFileSync('mkfifo', [join(folder, '.gitignore')]);
      },
      onNotice: (notice) => notices.push(notice),
    });
    expect(result.status).toBe('answered');
    const notice =
      'In repo the rules of .gitignore files do not count, so that files show which they would hide: .gitignore is a named pipe.';
    const prompt = JSON.stringify(requests[0]?.messages);
    expect(prompt.includes(`- Note: ${notice}`)).toBe(odd);
    expect(prompt.includes('- Note:')).toBe(odd);
    expect(notices).toEqual(odd ? [notice] : []);
  });
});
