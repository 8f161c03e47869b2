import { describe, expect, it } from 'vitest';
import { serverSentEvents } from '../../../src/models/serverSentEvents';

const limits = {
  event: 200,
  lines: 20,
  exceeded: (limit: string) => new Error(`over the limit of ${limit}`),
};

/** @param size bytes that come at once */
async function read(text: string, size = Number.POSITIVE_INFINITY) {
  const bytes = new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += Math.min(size, bytes.length)) {
    parts.push(bytes.slice(start, start + size));
  }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
  const events: [string, string][] = [];
  for await (const { name, data } of serverSentEvents(body, limits)) events.push([name, data]);
  return events;
}

describe('server-sent events', () => {
  it.each<[string, string, readonly [string, string][]]>([
    ['one', 'data: a\n\n', [['', 'a']]],
    ['no space after the colon', 'data:a\n\n', [['', 'a']]],
    ['more spaces are text', 'data:  a\n\n', [['', ' a']]],
    [
      'a name',
      'event: error\ndata: a\n\ndata: b\n\n',
      [
        ['error', 'a'],
        ['', 'b'],
      ],
    ],
    ['several lines', 'data: a\ndata\ndata: b\n\n', [['', 'a\n\nb']]],
    [
      'returns and line feeds',
      'data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n',
      [
        ['', 'a\nb'],
        ['', 'c'],
      ],
    ],
    [
      'returns alone',
      'data: a\rdata: b\r\rdata: c\r\r',
      [
        ['', 'a\nb'],
        ['', 'c'],
      ],
    ],
    [
      'a mixture of line ends',
      'data: a\n\r\ndata: b\r\rdata: c\r\n\n',
      [
        ['', 'a'],
        ['', 'b'],
        ['', 'c'],
      ],
    ],
    ['comments and unknown fields', ': hi\nid: 7\nretry: 1\ndata: a\n\n: hi\n\n', [['', 'a']]],
    [
      'nothing after the last',
      'data: a\n\ndata: b',
      [
        ['', 'a'],
        ['', 'b'],
      ],
    ],
    ['one line end after the last', 'data: a\n', [['', 'a']]],
    [
      'characters of several bytes',
      'data: äöü 日本 👍🏽\u2028\u0085\n\n',
      [['', 'äöü 日本 👍🏽\u2028\u0085']],
    ],
    ['no data', 'event: ping\n\n\n\n', []],
    ['nothing', '', []],
  ])('are read in whatever pieces they come: %s', async (_, text, events) => {
    for (const size of [Number.POSITIVE_INFINITY, 1, 2, 3, 5, 7]) {
      expect(await read(text, size)).toEqual(events);
    }
  });

  it.each([
    ['event', `data: ${'a'.repeat(300)}\n\n`],
    ['event', `data: ${'a'.repeat(300)}`],
    ['event', 'data: aaaaaaaaaaaaaaaaaaaaaaaaa\n'.repeat(10)],
    ['event', 'data\n'.repeat(10)],
    ['event', `: ${'a'.repeat(300)}\n`],
    ['lines', ': a\n'.repeat(21)],
    ['lines', '\n'.repeat(21)],
    ['lines', 'data: a\n\n'.repeat(11)],
  ])('have a limit: %s of %j', async (limit, text) => {
    for (const size of [Number.POSITIVE_INFINITY, 1, 7]) {
      await expect(read(text, size)).rejects.toThrow(`over the limit of ${limit}`);
    }
  });
});
