import { describe, expect, it } from 'vitest';
import {
  goesOnInFile,
  goesOnInPart,
  partHeading,
  withoutPartTexts,
} from '../../../../../src/editor/report/document/partTexts';

describe('what the documents of a long report say besides its text', () => {
  const own = '## One\n\nThe report goes on in part 2, says nobody.';

  it.each([
    ['a first part', '', goesOnInPart(2)],
    ['one in the middle', partHeading(2, 'What is here?'), goesOnInPart(3)],
    ['the last one', partHeading(8, 'What *is*\nhere? '.repeat(20)), goesOnInFile],
  ])('is known again in %s', (_, heading, end) => {
    expect(withoutPartTexts(`${heading}${own}\n\n${end}`)).toBe(`${own}\n\n`);
  });

  it('is not in a report of one part', () => {
    expect(withoutPartTexts(own)).toBe(own);
  });
});
