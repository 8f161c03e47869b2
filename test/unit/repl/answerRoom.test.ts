import { describe, expect, it } from 'vitest';
import { AnswerRoom, type AnswerTaker } from '../../../src/repl/answerRoom';

describe('the room for answers', () => {
  /** One that wants `wanted` answers, and notes in `taken` whenever it may have one made. */
  function taker(room: AnswerRoom, name: string, wanted: number, taken: string[]): AnswerTaker {
    let left = wanted;
    const self: AnswerTaker = {
      unreadBytes: () => 5,
      look() {
        while (left > 0) {
          if (!room.take(self)) return;
          left -= 1;
          taken.push(name);
        }
        room.pass(self);
      },
    };
    room.join(self);
    return self;
  }

  it('is for two answers, whoever wants them, and then for those that wait, in turn', () => {
    const room = new AnswerRoom();
    const taken: string[] = [];
    for (const name of ['a', 'b', 'c']) taker(room, name, 4, taken).look();
    expect(taken).toEqual(['a', 'a']);
    for (let count = 0; count < 4; count += 1) room.free();
    expect(taken.slice(2)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('is not kept from others by one that left', () => {
    const room = new AnswerRoom();
    const taken: string[] = [];
    taker(room, 'a', 2, taken).look();
    const gone = taker(room, 'gone', 1, taken);
    gone.look();
    taker(room, 'b', 1, taken).look();
    expect(room.unreadBytes).toBe(15);
    room.leave(gone);
    expect(room.unreadBytes).toBe(10);
    room.free();
    expect(taken).toEqual(['a', 'a', 'b']);
  });
});
