import { setTimeout as delay } from 'node:timers/promises';
import { constants, createBrotliCompress, createDeflate, createGzip, type Gzip } from 'node:zlib';
import type { Flood } from './floodServer';

const block = 'a'.repeat(64 * 1024);
const json = 'application/json';
const events = 'text/event-stream';

/** Without a length and without chunks: the body ends with the connection. */
function head(type: string, status = '200 OK', more = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\nconnection: close\r\n${more}\r\n`;
}

function* endless(start: string, piece: Uint8Array | string): Generator<Uint8Array | string> {
  yield start;
  for (;;) yield piece;
}

/** A short piece, many times over. */
function many(piece: string): string {
  return piece.repeat(Math.ceil(block.length / piece.length));
}

const chunk = (delta: object) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
const begun = '{"choices":[{"message":{"content":"';

/** Two pieces of 64 MB each; the second can follow itself without an end. */
async function compressed(
  make: () => Gzip,
  text: string,
  flush: number,
): Promise<readonly Buffer[]> {
  const stream = make();
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  const flushed = () => new Promise<void>((resolve) => stream.flush(flush, () => resolve()));
  const pieces: Buffer[] = [];
  for (let piece = 0; piece < 2; piece += 1) {
    stream.write(text.repeat(Math.ceil((64 * 2 ** 20) / text.length)));
    await flushed();
    pieces.push(Buffer.concat(parts.splice(0)));
  }
  stream.destroy();
  return pieces;
}

type Coding = 'gzip' | 'deflate' | 'br';

/** The text, over and over, as a body of that coding. */
function bomb(coding: Coding, start: string, text: string): Flood {
  const flush = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_FULL_FLUSH;
  const make = { br: createBrotliCompress, gzip: createGzip, deflate: createDeflate }[coding];
  let pieces: Promise<readonly Buffer[]> | null = null;
  return async function* () {
    yield start;
    pieces ??= compressed(make, text, flush);
    const [first, next] = await pieces;
    if (!first || !next) throw new Error('Nothing was compressed');
    yield first;
    for (;;) yield next;
  };
}

const encoded = (coding: Coding) => `content-encoding: ${coding}\r\n`;

/** A whole response with a body of about 1 MB that takes far more memory when it is read. */
function swollen(
  type: string,
  start: string,
  piece: string,
  end: string,
  status = '200 OK',
): Flood {
  return () => {
    const body = `${start}${piece.repeat((0.95 * 2 ** 20) / piece.length)}${end}`;
    return [head(type, status, `content-length: ${body.length}\r\n`), body];
  };
}

/** Floods that a client has to end, by what never ends. */
export const floods: Readonly<Record<string, Flood>> = {
  'a JSON body': () => endless(`${head(json)}${begun}`, block),
  'a JSON body of white space': () => endless(head(json), ' '.repeat(block.length)),
  'a body of no type': () => endless('HTTP/1.1 200 OK\r\n\r\n', block),
  'a line of an event': () => endless(`${head(events)}data: ${begun}`, block),
  'a comment': () => endless(`${head(events)}: `, block),
  'an event of many lines': () => endless(head(events), many('data: a\r\n')),
  'an event of empty lines of data': () => endless(head(events), many('data\n')),
  'an event of many names': () => endless(head(events), many('event: a\n')),
  'comments that keep it alive': () => endless(head(events), many(':\n\n')),
  'line ends': () => endless(head(events), many('\r\n')),
  'events without choices': () => endless(head(events), many('data: {"choices":[]}\n\n')),
  'events of little text': () => endless(head(events), many(chunk({ content: 'ab' }))),
  'events of much text': () => endless(head(events), chunk({ content: block })),
  'events of thoughts': () => endless(head(events), chunk({ reasoning_content: block })),
  'an error body': () => endless(head(json, '400 Bad Request'), block),
  'an error body of an overload': () => endless(head('text/html', '503 No'), block),
  'an error body in gzip': bomb('gzip', head(json, '401 No', encoded('gzip')), block),
  'JSON in gzip': bomb('gzip', head(json, undefined, encoded('gzip')), ' '),
  'a line of an event in gzip': bomb('gzip', head(events, undefined, encoded('gzip')), block),
  'a line of an event in deflate': bomb(
    'deflate',
    head(events, undefined, encoded('deflate')),
    block,
  ),
  'a line of an event in brotli': bomb('br', head(events, undefined, encoded('br')), block),
  'events in gzip': bomb('gzip', head(events, undefined, encoded('gzip')), 'data: {}\n\n'),
  headers: () => endless('HTTP/1.1 200 OK\r\n', many('x-a: b\r\n')),
  'one header': () => endless('HTTP/1.1 200 OK\r\nx-a: ', block),
  trailers: () =>
    endless('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n', many('x-a: b\r\n')),
  'no HTTP at all': () => endless('', block),
};

/** Whole responses that grow when they are read. */
export const swellings: Readonly<Record<string, Flood>> = {
  'a list of choices': swollen(json, '{"choices":[0', ',0', ']}'),
  'a list of empty choices': swollen(json, '{"choices":[{"finish_reason":"stop"}', ',{}', ']}'),
  'a list of parts': swollen(
    json,
    '{"choices":[{"finish_reason":"stop","message":{"content":[0',
    ',0',
    ']}}]}',
  ),
  'lists in lists': swollen(json, '', '[', ''),
  'an event of choices': swollen(events, 'data: {"choices":[0', ',0', ']}\n\n'),
  'an error of lists in lists': () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    const body = `{"error":{"message":"no","details":${deep}}}`;
    return [head(json, '400 No', `content-length: ${body.length}\r\n`), body];
  },
  'an error that is lists in lists': () => {
    const body = `{"error":{"details":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`;
    return [head(json, '400 No', `content-length: ${body.length}\r\n`), body];
  },
  'an error event of lists in lists': () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    return [head(events), `data: {"error":{"details":${deep}}}\n\n`];
  },
};

async function* slowly(start: string, piece: string): AsyncGenerator<string> {
  yield start;
  for (;;) {
    yield piece;
    await delay(20);
  }
}

/** Responses that never end and hardly begin: only the limits of a run end them. */
export const drips: Readonly<Record<string, Flood>> = {
  'a JSON body': () => slowly(`${head(json)}${begun}`, 'a'),
  'white space before JSON': () => slowly(head(json), '\n'),
  'a line of an event': () => slowly(`${head(events)}data: ${begun}`, 'a'),
  'comments that keep it alive': () => slowly(head(events), ': wait\n\n'),
  'events of text': () => slowly(head(events), chunk({ content: 'a' })),
  'an error body': () => slowly(head(json, '500 No'), 'a'),
  headers: () => slowly('HTTP/1.1 200 OK\r\n', 'x'),
  'interim responses': () => slowly('', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  'extensions of a chunk': () =>
    slowly('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', 'a'),
  nothing: () => slowly('', ''),
};

/** As fast as can be, but of nothing that is kept: only the limits of a run end them. */
export const rushes: Readonly<Record<string, Flood>> = {
  'a status line': () => endless('HTTP/1.1 200 ', block),
  'interim responses': () => endless('', many('HTTP/1.1 103 Early Hints\r\n\r\n')),
  'extensions of a chunk': () =>
    endless('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', block),
};

/** A reply as a server that means well sends it. */
export function fairReply(text: string): Flood {
  const body = `${chunk({ content: text })}data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`;
  return () => [head(events), body];
}
