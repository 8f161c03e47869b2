import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, FrameError } from '../../../src/repl/frames';

const limits = { maxHeaderBytes: 100, maxBodyBytes: 1000 };

function decode(decoder: FrameDecoder, chunk: Buffer): (readonly [unknown, string])[] {
  return [...decoder.push(chunk)].map(({ header, body }) => [header, body.toString()] as const);
}

describe('FrameDecoder', () => {
  const stream = Buffer.concat([
    ...encodeFrame({ a: 1 }),
    ...encodeFrame({ b: '\n' }, Buffer.from('body\nwith {lines}')),
    ...encodeFrame({ c: 3 }, Buffer.from('é')),
  ]);
  const frames = [
    [{ a: 1, bytes: 0 }, ''],
    [{ b: '\n', bytes: 17 }, 'body\nwith {lines}'],
    [{ c: 3, bytes: 2 }, 'é'],
  ];

  it.each([1, 2, 3, 7, 1000])('cuts frames out of pieces of %i bytes', (size) => {
    const decoder = new FrameDecoder(limits);
    const found: unknown[] = [];
    for (let start = 0; start < stream.length; start += size) {
      found.push(...decode(decoder, stream.subarray(start, start + size)));
    }
    expect(found).toEqual(frames);
  });

  it.each([
    ['x'.repeat(101), /longer than 100 bytes/],
    ['{"bytes":1001}\n', /1,001 bytes is larger than the 1,000 allowed/],
    ['{"bytes":1.5}\n', /no size/],
    ['{}\n', /no size/],
    ['null\n', /no size/],
    ['{\n', /not JSON/],
  ])('refuses %j', (text, message) => {
    const decoder = new FrameDecoder(limits);
    expect(() => decode(decoder, Buffer.from(text))).toThrow(FrameError);
    expect(() => decode(new FrameDecoder(limits), Buffer.from(text))).toThrow(message);
  });
});
