import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareWritten } from '../../../../../src/editor/report/delivery/writtenText';
import { type TemporaryFolder, temporaryFolder } from '../../../../host/folders';

let folder: TemporaryFolder;
let spool = '';
beforeEach(async () => {
  folder = await temporaryFolder('written');
  spool = join(folder.path, 'report.md');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

describe('the text of a document', () => {
  it.each([
    ['as it is', '# One\n\nTwo.\n', '# One\n\nTwo.\n'],
    ['with the line ends of the editor', '# One\n\nTwo.\n', '# One\r\n\r\nTwo.\r\n'],
    ['with code of a file that has others', '# One\r\n\rTwo.\n', '# One\n\nTwo.\n'],
    [
      'a part of it',
      '# One\n\nTwo.\n\n# Three\n',
      '# One\n\nTwo.\n\n*The report goes on in part 2.*\n',
    ],
    ['trimmed by the editor', '# One\n\nTwo.\n\n', '# One\n\nTwo.'],
  ])('is what was written: %s', async (_, written, text) => {
    await writeFile(spool, written);
    expect(await compareWritten(spool, text)).toBe('same');
  });

  it('was changed', async () => {
    await writeFile(spool, '# One\n\nTwo.\n');
    expect(await compareWritten(spool, '# One\n\nTwo and a half.\n')).toBe('changed');
  });

  it('is all there is when the file of the report is gone', async () => {
    expect(await compareWritten(spool, '# One\n')).toBe('gone');
  });
});
