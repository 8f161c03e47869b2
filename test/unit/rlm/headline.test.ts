import { describe, expect, it } from 'vitest';
import { headline } from '../../../src/rlm/completion/headline';

describe('a headline', () => {
  it.each([
    [
      'Look at loaders, e.g. the one for files. Then stop.',
      'Look at loaders, e.g. the one for files',
    ],
    [
      'Read each file (e.g. `Foo.java`) in turn. And more.',
      'Read each file (e.g. `Foo.java`) in turn',
    ],
    ['Compare i.e. Python vs. Rust here. Done.', 'Compare i.e. Python vs. Rust here'],
    [
      'Find parsers, printers etc. and count them. Then go on.',
      'Find parsers, printers etc. and count them',
    ],
    ['Is it really safe? No. Look again.', 'Is it really safe?'],
    ['I grep for the words: they are rare.', 'I grep for the words'],
    ['I look at the parser. It is large.', 'I look at the parser'],
    ['Only words here', 'Only words here'],
  ])('of %j ends where its first sentence does', (text, expected) => {
    expect(headline(text)).toBe(expected);
  });
});
