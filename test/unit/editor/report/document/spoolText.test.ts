import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readWholeCharacters } from '../../../../../src/editor/report/document/spoolText';
import { temporaryFolder } from '../../../../host/folders';

it('reads a file piece by piece, never half a character or line end', async () => {
  await using folder = await temporaryFolder('spool-text');
  const path = join(folder.path, 'report.md');
  const text = 'aé€𝄞\r\n\r\nb\r𝄞𝄞é\n';
  const all = Buffer.from(text);
  for (const most of [4, 5, 7, 64]) {
    for (let size = 0; size <= all.length; size++) {
      await writeFile(path, all.subarray(0, size));
      const pieces: string[] = [];
      let read = 0;
      for (;;) {
        const piece = await readWholeCharacters(path, read, most);
        if (piece.length === 0) break;
        expect(piece.length).toBeLessThanOrEqual(most);
        expect(Buffer.from(piece.toString('utf8'))).toEqual(piece);
        pieces.push(piece.toString('utf8'));
        read += piece.length;
      }
      expect(all.length - read).toBeLessThan(all.length - size + 4);
      expect(text.startsWith(pieces.join(''))).toBe(true);
      if (size === all.length) expect(pieces.join('')).toBe(text);
    }
  }
});
