import { actionSource, readAction } from './actions';
import { bareCode } from './bareCode';
import { codeOf } from './callCode';
import { matchAt } from './codeEnd';
import { type CodePiece, likelyCode, type ReplyPart, sureCode } from './codePiece';
import { type Fence, FenceReader } from './fences';
import { finalSource, readFinal, withProseInQuotes } from './finals';
import { introducesOutput, inventedSource } from './invented';
import { callsIn } from './jsonCalls';
import { readLooseJson } from './looseJson';
import { mended, plainCode, withoutProse } from './plainCode';
import { type FoundTag, readTag, tagSource } from './tags';

const jsonSource =
  '^[ \\t]*(?=[[{][\\s[{]{0,20}["\'](?:name|tool|tool_name|tools|tool_uses|function|function_name|function_call|tool_calls?|action|code|python|recipient_name|type|id|arguments|parameters|thoughts?)["\'][ \\t]*:)(?<json>[[{])';

/** All that means something in a reply, in one pattern: it is gone through once, from left to right. */
const landmark = new RegExp(
  [
    "(?<fence>`{3,}|(?<=^[ \\t>*\\d.-]{0,20})~{3,}|(?<=^[ \\t>]{0,20})'{3}(?=[ \\t]*(?:repl|python3?|py)\\b))",
    finalSource,
    actionSource,
    jsonSource,
    tagSource,
    inventedSource,
  ].join('|'),
  'gm',
);

/** Code below a line that could say that output follows: it spoke of the code. */
const pythonBelow = /[ \t*_]{0,8}(?:\r?\n[ \t]*){1,3}`{3,}(?:repl|py|python)\d?[ \t]*\r?\n/iy;

/** A label that stands in the fence, not behind its mark. */
const labelLine = /^\s*(?:repl|python3?)[ \t]*\r?\n/i;

/** So many landmarks that turn out to be none are read; each may mean looking ahead to the end. */
const mostMistaken = 20;

/** No reply that is meant has as many landmarks. */
const mostLandmarks = 5_000;

/** What a reply of the root LM comes to: its code, a submission in its text, and what it invented. */
export interface ParsedReply {
  /** In the order in which they stand in the reply. */
  readonly parts: readonly ReplyPart[];
}

/**
 * Cuts the code out of a model's reply: in fences of all kinds, in tags and tool calls, or bare. Finds submissions in the
 * text, too, and the place from which the model wrote what it expected to be told.
 *
 * One pattern finds the next landmark (a mark of a fence, a tag, `FINAL(`, "Action:", JSON, "Output:") and one
 * reader for each kind says what is there and where the text goes on, so that what is within a piece is never
 * looked at again: a fence in a report in a string is no fence. All readers are linear, and read what does
 * not compile. What only a Python can tell (is this text a program, do its names exist) stays open: a
 * piece has several readings, and says what one of them has to be to run (see `CodePiece`).
 */
export function parseReply(text: string): ParsedReply {
  return new ReplyReader(text).read();
}

type Groups = Readonly<Record<string, string | undefined>>;

class ReplyReader {
  readonly #text: string;
  readonly #fences: FenceReader;
  readonly #parts: ReplyPart[] = [];
  /** Where the last piece ended. */
  #done = 0;
  #hasCode = false;
  #mistaken = 0;

  constructor(text: string) {
    this.#text = text;
    this.#fences = new FenceReader(text);
  }

  read(): ParsedReply {
    let at = 0;
    for (let count = 0; count < mostLandmarks; count++) {
      landmark.lastIndex = at;
      const found = landmark.exec(this.#text);
      if (!found) break;
      const next = this.#take(found.index, found[0], found.groups ?? {});
      at = Math.max(next ?? 0, found.index + found[0].length);
    }
    if (!this.#parts.some(({ kind }) => kind !== 'invented')) {
      const bare = bareCode(this.#text);
      if (bare) this.#parts.unshift(bare);
    }
    return { parts: this.#parts };
  }

  /** @returns where to go on; null right behind the landmark. */
  #take(at: number, mark: string, groups: Groups): number | null {
    const { fence, final, action, json, output, foreign, turnEnd } = groups;
    if (fence !== undefined) return this.#fence(at + mark.length - fence.length, fence);
    if (output ?? foreign ?? turnEnd) return this.#invented(at, mark, turnEnd !== undefined);
    if (this.#isQuoted(at, mark) || this.#mistaken > mostMistaken) return null;
    if (final !== undefined) return this.#judged(this.#final(at, mark, final));
    if (action !== undefined) return this.#judged(this.#action(at, at + mark.length));
    if (json !== undefined) return this.#judged(this.#json(at));
    return this.#judged(this.#tag(at, mark, groups));
  }

  /** Between marks of code within a sentence, something is only spoken of. */
  #isQuoted(at: number, mark: string): boolean {
    const after = this.#text.charAt(at + mark.length);
    return this.#text.charAt(at - 1) === '`' && (after === '`' || !/[`\n]/.test(mark + after));
  }

  #judged(end: number | null): number | null {
    if (end === null) this.#mistaken += 1;
    return end;
  }

  #fence(at: number, mark: string): number | null {
    const fence = this.#fences.read(at, mark);
    if (!fence) return null;
    const { kind, quoted } = fence;
    const { body, closed, end } = kind === 'python' ? withoutOutput(fence) : fence;
    const between = this.#text.slice(this.#done, at);
    const elseOutput = this.#hasCode && introducesOutput(between);
    const calls = kind === 'python' ? [] : this.#callsOf(body);
    const place = { start: at, prose: between.trim(), closed };
    if (calls.length > 0) {
      for (const code of calls)
        this.#add(
          likelyCode(code, () => mended(code), place),
          end,
        );
    } else if (kind === 'python') {
      this.#add(cell(plainCode(body, quoted), place), end);
    } else if (kind === 'unknown' && body.trim() !== '') {
      const code = plainCode(body.replace(labelLine, ''), quoted);
      const isSure = labelLine.test(body) || /^\s*FINAL(?:_VAR)?\(/.test(code);
      const likely = likelyCode(code, () => mended(code), { ...place, elseOutput });
      this.#add(isSure ? cell(code, place) : likely, end);
    } else if (this.#hasCode && (kind === 'output' || elseOutput)) {
      this.#addInvented(elseOutput ? this.#done : at);
    }
    return end;
  }

  /** Calls that are all there is in a fence, in whatever form. */
  #callsOf(body: string): readonly string[] {
    const first = body.trimStart();
    if (!/^[[{<]/.test(first)) return [];
    if (!first.startsWith('<')) return codesIn(readLooseJson(body, 0)?.value, false);
    const inner = new RegExp(`^(?:${tagSource})`).exec(first);
    const tag = inner && foundTag(0, inner[0], inner.groups ?? {});
    return (tag && readTag(first, tag)?.codes) ?? [];
  }

  #final(at: number, mark: string, name: string): number | null {
    const call = readFinal(this.#text, name, at + mark.length - 1);
    if (!call) return null;
    const { code, other, otherwise, closed, end } = call;
    const start = at + mark.length - name.length - 1;
    const others = () => (other === null ? [] : [other]);
    const common = { start, prose: '', code, others, otherwise, closed, elseOutput: false };
    this.#parts.push({ ...common, kind: 'final', need: 'uses-repl' });
    this.#done = end;
    return end;
  }

  #action(at: number, from: number): number | null {
    const action = readAction(this.#text, from);
    if (!action) return null;
    const { code, closed, end } = action;
    this.#add(
      likelyCode(code, () => mended(code), { ...this.#place(at), closed }),
      end,
    );
    return end;
  }

  #json(at: number): number | null {
    const read = readLooseJson(this.#text, at);
    const codes = codesIn(read?.value, false);
    if (!read || codes.length === 0) return null;
    const place = this.#place(at);
    for (const code of codes)
      this.#add(
        likelyCode(code, () => mended(code), place),
        read.end,
      );
    return read.end;
  }

  #tag(at: number, mark: string, groups: Groups): number | null {
    const tag = foundTag(at, mark, groups);
    const read = tag && readTag(this.#text, tag);
    if (!read) return null;
    const { codes, sure, closed, end } = read;
    const place = { ...this.#place(at), closed };
    for (const code of codes) {
      this.#add(sure ? cell(code, place) : likelyCode(code, () => mended(code), place), end);
    }
    return end;
  }

  #invented(at: number, mark: string, isTurnEnd: boolean): number | null {
    const isLast =
      isTurnEnd && this.#text.slice(at + mark.length, at + mark.length + 2000).trim() === '';
    const isCaption = matchAt(pythonBelow, this.#text, at + mark.length) !== null;
    if (this.#hasCode && !isLast && !isCaption && !this.#isQuoted(at, mark)) {
      this.#addInvented(at);
    }
    return null;
  }

  #place(start: number) {
    return { start, prose: this.#text.slice(this.#done, start).trim() };
  }

  #add(piece: CodePiece, end: number): void {
    this.#parts.push(piece);
    this.#hasCode = true;
    this.#done = end;
  }

  #addInvented(start: number): void {
    // What follows an invention is one with it, until there is code again.
    if (this.#parts.at(-1)?.kind !== 'invented') this.#parts.push({ kind: 'invented', start });
  }
}

/** A cell that the model clearly means, which may submit prose without quotes. */
function cell(code: string, place: { start: number; prose: string; closed: boolean }): CodePiece {
  const others = () => [...mended(code), ...(place.closed ? [] : [withoutProse(code)])];
  const piece = sureCode(code, others, place);
  const quoted = withProseInQuotes(code);
  return quoted === null ? piece : { ...piece, need: 'uses-repl', otherwise: quoted };
}

/** Output that the model invented within its fence, as it forgot to close that. */
function withoutOutput({ body, closed, end }: Fence): Pick<Fence, 'body' | 'closed' | 'end'> {
  if (closed) return { body, closed, end };
  const found = new RegExp(inventedSource, 'm').exec(body);
  if (!found || body.slice(0, found.index).trim() === '') {
    // The reply may end within the mark that closes.
    return { body: body.replace(/\n[ \t]*`{1,2}\s*$/, '\n'), closed, end };
  }
  return { body: body.slice(0, found.index), closed: true, end: end - body.length + found.index };
}

function codesIn(value: unknown, marked: boolean): readonly string[] {
  return callsIn(value, marked)
    .map(codeOf)
    .filter((code) => code !== null);
}

function foundTag(at: number, mark: string, groups: Groups): FoundTag | null {
  const { codeTag, callTag, invokeTag, invoked = '' } = groups;
  if (codeTag !== undefined) return { at, mark, kind: 'code', name: '' };
  if (callTag !== undefined) return { at, mark, kind: 'call', name: '' };
  return invokeTag === undefined ? null : { at, mark, kind: 'invoke', name: invoked };
}
