import { describe, expect, it } from 'vitest';
import {
  type EditSource,
  GrowingText,
  type TextEdit,
} from '../../../../../src/editor/report/document/growingText';

/** A document as the editor has it, with an undo stack, and Fathom's view of it. */
class Page {
  text: string;
  readonly growing: GrowingText;

  constructor(text: string) {
    this.text = text;
    this.growing = new GrowingText(text.length, 0, text);
  }

  /** Fathom puts a text where its next text goes, after what is owed. */
  put(text: string): void {
    const { at, owed } = this.growing;
    this.text = this.text.slice(0, at) + owed + text + this.text.slice(at);
    this.growing.put(owed + text, text.length);
  }

  /** The editor trims the text, edit by edit, as when it saves a file. */
  trim(): void {
    for (const { index, 0: blanks } of [...this.text.matchAll(/[ \t]+$/gm)].reverse()) {
      this.edit('user', [index, blanks.length, '']);
    }
    const [, end = ''] = /\n(\n*)$/.exec(this.text) ?? [];
    if (end) this.edit('user', [this.text.length - end.length, end.length, '']);
  }

  /** Somebody else replaces text. */
  edit(
    source: EditSource,
    ...edits: readonly (readonly [from: number, length: number, text: string])[]
  ) {
    const changes: TextEdit[] = edits.map(([rangeOffset, rangeLength, text]) => ({
      rangeOffset,
      rangeLength,
      text,
    }));
    for (const { rangeOffset, rangeLength, text } of [...changes].sort(
      (one, other) => other.rangeOffset - one.rangeOffset,
    )) {
      this.text =
        this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    }
    this.growing.follow(changes, source);
  }

  type(at: number, text: string): void {
    for (const [index, letter] of [...text].entries()) this.edit('user', [at + index, 0, letter]);
  }
}

describe('a text that grows while its user edits it', () => {
  it('goes on below what the user writes above', () => {
    const page = new Page('# R\n');
    page.put('one\n');
    page.type(0, 'Mine. ');
    page.put('two\n');
    expect(page.text).toBe('Mine. # R\none\ntwo\n');
  });

  it('leaves what the user writes at the end at the end, in one piece', () => {
    const page = new Page('# R\n');
    page.put('one\n');
    page.type(page.text.length, 'min');
    page.put('two\n');
    page.type(page.text.length, 'e');
    page.put('three\n');
    expect(page.text).toBe('# R\none\ntwo\nthree\nmine');
  });

  it('goes on where its end was when the user deletes that', () => {
    const page = new Page('# R\n');
    page.put('one\n');
    page.put('two\n');
    page.edit('user', [6, 6, 'x']);
    page.put('three\n');
    expect(page.text).toBe('# R\nonthree\nx');
    page.edit('user', [0, page.text.length, '']);
    page.put('four\n');
    expect(page.text).toBe('four\n');
    expect(page.growing.bytes).toBe('one\ntwo\nthree\nfour\n'.length);
  });

  it('puts its text back that an undo took, and keeps the user’s undone', () => {
    const page = new Page('# R\n');
    page.put('one\n');
    page.type(3, ' mine');
    page.put('two\n');
    page.put('three\n');
    // The editor undoes what was typed together with what came after it.
    page.edit('undo', [13, 10, ''], [3, 5, '']);
    expect(page.text).toBe('# R\none\n');
    expect(page.growing.bytes).toBe(4);
    page.put('two\nthree\n');
    expect(page.text).toBe('# R\none\ntwo\nthree\n');
  });

  it('puts nothing twice that a redo brings back', () => {
    const page = new Page('# R\n');
    page.put('one\n');
    page.put('two\n');
    page.edit('undo', [4, 8, '']);
    expect(page.growing.bytes).toBe(0);
    page.edit('redo', [4, 0, 'one\ntwo\n']);
    expect(page.growing.bytes).toBe(8);
    page.put('three\n');
    expect(page.text).toBe('# R\none\ntwo\nthree\n');
  });

  it('takes words of the user that a redo brings back for theirs', () => {
    const page = new Page('# R\n');
    page.type(4, 'mine');
    page.put('one\n');
    page.edit('undo', [4, 4, '']);
    page.edit('undo', [4, 4, '']);
    page.edit('redo', [4, 0, 'mine']);
    expect(page.growing.bytes).toBe(0);
    page.put('one\n');
    expect(page.text).toBe('# R\none\nmine');
  });

  it('goes on after what the user deleted at the end and brought back', () => {
    const page = new Page('# R\n');
    page.put('one\ntwo\n');
    page.edit('user', [8, 4, '']);
    page.edit('undo', [8, 0, 'two\n']);
    page.put('three\n');
    expect(page.text).toBe('# R\none\ntwo\nthree\n');
    page.edit('user', [12, 6, '']);
    page.put('four\n');
    // Undone together: the new piece goes, the deleted one comes back.
    page.edit('undo', [12, 5, 'three\n']);
    page.put('four\n');
    expect(page.text).toBe('# R\none\ntwo\nthree\nfour\n');
  });

  it('knows where its headings are', () => {
    const page = new Page('');
    page.put('## A\n\na\n\n');
    page.growing.markHeading(1, 0);
    page.growing.markHeading(2, page.text.length);
    page.put('## B\n\nb\n');
    page.type(0, 'Mine.\n');
    page.type(6 + 7, '!');
    expect(page.text.slice(page.growing.heading(2))).toBe('## B\n\nb\n');
    expect(page.text.slice(page.growing.heading(1), 12)).toBe('## A\n\n');
    page.edit('user', [4, 6, '']);
    expect(page.growing.heading(1)).toBe(undefined);
    expect(page.text.slice(page.growing.heading(2))).toBe('## B\n\nb\n');
  });

  it('goes on in the file that it was saved as, from where that ends', () => {
    const page = new Page('# R\n');
    page.put('one\n');
    page.type(page.text.length, 'mine');
    const saved = page.text;
    page.put('two\n');
    page.growing.markHeading(1, 4);
    expect(page.growing.goOnIn(saved)).toBe(false);
    page.growing.empty(page.text.length);
    page.text = saved;
    expect(page.growing.goOnIn('another of the same')).toBe(false);
    expect(page.growing.goOnIn(saved)).toBe(true);
    expect(page.growing).toMatchObject({ bytes: 4, isEmptied: false });
    page.put('two\n');
    page.put('three\n');
    expect(page.text).toBe('# R\none\ntwo\nthree\nmine');
    expect(page.growing.heading(1)).toBe(4);
  });

  it('survives any mix of edits, and every text of both is there once', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const page = new Page('');
      let put = '';
      let typed = '';
      for (let step = 0; step < 40; step++) {
        if (random(2) === 0) {
          const text = `<${step}>`;
          page.put(text);
          put += text;
        } else {
          const letter = String.fromCharCode(97 + random(26));
          page.type(random(page.text.length + 1), letter);
          typed += letter;
        }
      }
      expect(page.text.replaceAll(/[a-z]/g, '')).toBe(put);
      expect([...page.text.replaceAll(/[^a-z]/g, '')].sort().join('')).toBe(
        [...typed].sort().join(''),
      );
    }
  });
});

describe('a text that is trimmed when it is saved', () => {
  it.each([
    ['an empty line at its end', '# R\n\nOne.\n\n', '# R\n\nOne.\n\nTwo.\n'],
    ['spaces in the middle of a line', '# R\n\nOne, ', '# R\n\nOne, Two.\n'],
    ['several empty lines with spaces', '# R  \n\n- a \n  \n\t\n', '# R\n\n- a\n\n\nTwo.\n'],
  ])('goes on as if it had kept %s', (_, text, whole) => {
    const page = new Page('');
    page.put(text);
    page.trim();
    expect(page.text).toBe(text.replace(/[ \t]+$/gm, '').replace(/\n+$/, '\n'));
    page.put('Two.\n');
    expect(page.text.replace(/[ \t]+$/gm, '')).toBe(whole);
    expect(page.growing.bytes).toBe(text.length + 5);
  });

  it('owes nothing once the trimming is undone', () => {
    const page = new Page('');
    page.put('One.\n\n');
    page.edit('user', [5, 1, '']);
    page.edit('undo', [5, 0, '\n']);
    page.put('Two.\n');
    expect(page.text).toBe('One.\n\nTwo.\n');
  });

  it('does not bring back words that the user deleted', () => {
    const page = new Page('');
    page.put('One.\nTwo. \n');
    page.edit('user', [5, 6, '']);
    page.put('Three.\n');
    expect(page.text).toBe('One.\nThree.\n');
  });

  it('goes on in a file that has it trimmed, with its headings', () => {
    const page = new Page('');
    page.put('Mine.  \n\n');
    page.growing.markHeading(1, page.growing.at);
    page.put('## One  \n\nText. \n\n');
    const saved = page.text.replace(/[ \t]+$/gm, '').replace(/\n+$/, '\n');
    const fork = page.growing.fork();
    expect(fork.trim(page.text, `${saved}other`)).toBe(false);
    expect(fork.trim(page.text, saved)).toBe(true);
    expect(saved.slice(fork.heading(1))).toMatch(/^## One\n/);
    expect(saved.slice(0, fork.at) + fork.owed).toBe('Mine.\n\n## One\n\nText.\n\n');
    expect(fork.bytes).toBe(page.growing.bytes);
  });
});
