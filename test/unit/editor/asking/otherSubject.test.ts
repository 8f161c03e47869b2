import { describe, expect, it } from 'vitest';
import { otherSubjectText } from '../../../../src/editor/asking/otherSubject';
import type { About } from '../../../../src/trajectory/about';

const alpha: About = { what: 'folders', places: ['/work/alpha'] };

describe('going on with a run about something else than what is open', () => {
  it('says what a follow-up would be about, and where the folder of the answer is', () => {
    expect(otherSubjectText(alpha, ['/work/beta'], 'follow-up')).toEqual({
      message: 'This answer is about alpha, and beta is open here.',
      detail:
        '“Ask About beta”: the conversation and its variables go on, and code reads /work/beta from now on.\n\n“Open alpha”: opens /work/alpha in a new window. To follow up there, save this answer as a file and open it in that window.',
      here: 'Ask About beta',
      there: { label: 'Open alpha', folder: '/work/alpha' },
    });
  });

  it('says how a run is resumed there', () => {
    const { message, detail, here } = otherSubjectText(alpha, ['/work/beta'], 'resume');
    expect(message).toBe('This run is about alpha, and beta is open here.');
    expect(here).toBe('Resume About beta');
    expect(detail).toMatch(/Replies that it has are not asked for again\.\n\n.*in the history/);
  });

  it('tells folders of the same name apart', () => {
    const { message } = otherSubjectText(alpha, ['/other/alpha'], 'follow-up');
    expect(message).toBe('This answer is about /work/alpha, and /other/alpha is open here.');
  });

  it('opens nothing for several folders, or for files', () => {
    const places = ['a.pdf', 'b.log', 'c.txt', 'd.md', 'e.md'];
    const files = otherSubjectText({ what: 'documents', places }, ['/work/beta'], 'follow-up');
    expect(files.there).toBeNull();
    expect(files.message).toBe(
      'This answer is about a.pdf, b.log, c.txt and 2 more, and beta is open here.',
    );
    expect(files.detail).toContain('select those files and ask again.');
    const two: About = { what: 'folders', places: ['/work/alpha', '/work/gamma'] };
    const folders = otherSubjectText(two, ['/work/beta'], 'follow-up');
    expect(folders.there).toBeNull();
    expect(folders.detail).toContain(
      'To ask about /work/alpha and /work/gamma, open those folders',
    );
  });
});
