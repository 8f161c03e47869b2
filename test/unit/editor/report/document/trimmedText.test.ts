import { describe, expect, it } from 'vitest';
import { trimmedPlaces } from '../../../../../src/editor/report/document/trimmedText';

const report = '# R \n\nOne.\t\n\nTwo\n \n\n';

describe('places in a text that the editor trims', () => {
  it.each([
    ['nothing', report],
    ['spaces', '# R\n\nOne.\n\nTwo\n\n\n'],
    ['final lines', '# R \n\nOne.\t\n\nTwo\n'],
    ['both', '# R\n\nOne.\n\nTwo\n'],
    ['both, and the last line end', '# R\n\nOne.\n\nTwo'],
  ])('are found where %s went', (_, after) => {
    const placeOf = trimmedPlaces(report, after);
    expect(after.slice(placeOf?.(report.indexOf('One')).at)).toMatch(/^One/);
    expect(after.slice(placeOf?.(report.indexOf('Two')).at)).toMatch(/^Two/);
    const end = placeOf?.(report.length);
    expect(end?.at).toBe(after.length);
    const blank = (text: string) => text.replaceAll(/[ \t]+$/gm, '');
    expect(blank(after + (end?.lost ?? ''))).toBe(blank(report));
  });

  it('are found where a last line end was added', () => {
    const placeOf = trimmedPlaces('One', 'One\n');
    expect(placeOf?.(3)).toEqual({ at: 3, lost: '' });
  });

  it('tell how much of a line went before them', () => {
    const placeOf = trimmedPlaces('One,   ', 'One,');
    expect(placeOf?.(6)).toEqual({ at: 4, lost: '  ' });
  });

  it.each([
    ['words more', '# R\n\nOne.\n\nTwo\nThree\n'],
    ['words fewer', '# R\n\nOne.\n'],
    ['another indentation', '# R\n\n  One.\n\nTwo\n'],
    ['nothing', ''],
  ])('are none in a text with %s', (_, after) => {
    expect(trimmedPlaces(report, after)).toBeNull();
  });
});
