import { describe, expect, it } from 'vitest';
import { contentsText } from '../../../../../src/editor/report/outline/contentsText';

/** The contents of a text whose sections are the headings of that name. */
function contents(text: string, ...sections: readonly string[]): string {
  return contentsText(text, new Set(sections.map((heading) => text.lastIndexOf(heading))));
}

describe('a table of contents', () => {
  it('links to sections, in steps', () => {
    const text = '## One\n\nText.\n\n### Two [x]\n\nMore.\n';
    expect(contents(text, '## One', '### Two')).toBe('- [One](#one)\n  - [Two \\[x\\]](#two-x)\n');
  });

  it('counts headings of the same name that are no sections', () => {
    expect(contents('# Setup\n\n## Setup\n', '## Setup')).toBe('- [Setup](#setup-1)\n');
  });

  it.each(['\n', '\r\n'])('takes no code for a heading, with line ends %j', (end) => {
    const text = ['```sh', '# Setup', '```', '', '## Setup', ''].join(end);
    expect(contents(text, '## Setup')).toBe('- [Setup](#setup)\n');
  });
});
