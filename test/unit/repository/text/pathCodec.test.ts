import { describe, expect, it } from 'vitest';
import { absolutePath, decodePath, encodePath } from '../../../../src/repository/text/pathCodec';

describe('decodePath', () => {
  it('leaves UTF-8 as it is, a real replacement character included', () => {
    expect(decodePath(Buffer.from('src/café 😀 \uFFFD.ts'))).toBe('src/café 😀 \uFFFD.ts');
  });

  // Each pair is what Python 3.11 gives for os.fsdecode(bytes).
  it.each([
    [[0x61, 0xff, 0x62], 'a\udcffb'],
    [[0xc3], '\udcc3'],
    [[0xe2, 0x82], '\udce2\udc82'],
    [[0xc0, 0xaf], '\udcc0\udcaf'],
    [[0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
    [[0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
    [[0xf0, 0x9f, 0x98, 0x80, 0xff], '😀\udcff'],
  ])('escapes the bytes of %j as Python does', (bytes, expected) => {
    expect(decodePath(Buffer.from(bytes))).toBe(expected);
  });
});

describe('encodePath', () => {
  it('undoes decodePath for any bytes', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const bytes = Buffer.from(
        Array.from({ length: 12 }, (_, i) => (seed * 2654435761 * (i + 3)) >>> 24),
      );
      expect(encodePath(decodePath(bytes))).toEqual(bytes);
    }
  });

  it('refuses surrogates that stand for no byte', () => {
    expect(encodePath('a\ud800')).toBeNull();
    expect(encodePath('a\udc41')).toBeNull();
  });
});

describe('absolutePath', () => {
  it('is text for UTF-8 and bytes for the rest', () => {
    expect(absolutePath('/top', 'a/é')).toBe('/top/a/é');
    expect(absolutePath('/top', '\udcff')).toEqual(Buffer.from([...Buffer.from('/top/'), 0xff]));
    expect(absolutePath('/top', '\ud800')).toBeNull();
  });
});
