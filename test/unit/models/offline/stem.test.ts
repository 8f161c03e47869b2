import { describe, expect, it } from 'vitest';
import { nameParts } from '../../../../src/models/offline/questionTerms';
import { stem, stemForms, stemPattern } from '../../../../src/models/offline/stem';

describe('stem', () => {
  it.each([
    ['executed', 'execut'],
    ['execution', 'execut'],
    ['executor', 'execut'],
    ['cells', 'cell'],
    ['limits', 'limit'],
    ['limited', 'limit'],
    ['retries', 'retry'],
    ['cancelled', 'cancel'],
    ['cancellation', 'cancel'],
    ['running', 'run'],
    ['processes', 'process'],
    ['processing', 'process'],
    ['classes', 'class'],
    ['status', 'status'],
    ['called', 'call'],
  ])('takes %s to %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  it.each(['citations', 'arguments', 'settings', 'variables', 'environment', 'files', 'logging'])(
    'leaves enough of %s to find it again',
    (word) => {
      expect(word).toMatch(stemPattern([stem(word)]));
    },
  );

  it('knows the plain verb of an irregular form, and the other spelling of a final y', () => {
    expect(stemForms('sent')).toEqual(['sent', 'send']);
    expect(stemForms('retries')).toEqual(['retry', 'retri']);
  });

  it('leaves words of other scripts and with digits alone', () => {
    expect(stem('ファイル')).toBe('ファイル');
    expect(stem('utf16s')).toBe('utf16s');
  });
});

describe('stemPattern', () => {
  const finds = (word: string, text: string): boolean => stemPattern(stemForms(word)).test(text);

  it('finds a word in any form, and as a part of a name', () => {
    for (const text of ['cell', 'the cells', 'runCell', 'CELL_LIMIT', 'a_cell', 'cellClock']) {
      expect(finds('cells', text), text).toBe(true);
    }
  });

  it('does not find a word inside of another', () => {
    expect(finds('cell', 'cancelled')).toBe(false);
    expect(finds('logs', 'logic')).toBe(false);
    expect(finds('port', 'import')).toBe(false);
  });

  it('finds short words in all their forms', () => {
    for (const text of ['log', 'logs', 'logging', 'Logger', 'logged']) {
      expect(finds('log', text), text).toBe(true);
    }
  });
});

describe('nameParts', () => {
  it('takes names apart where people read words', () => {
    expect(nameParts('parseHTTPHeader_v2')).toEqual(['parse', 'http', 'header', 'v2']);
    expect(nameParts('kill-descendants.js')).toEqual(['kill', 'descendants', 'js']);
  });
});
