import { describe, expect, it } from 'vitest';
import { folderPrefixes } from '../../../../src/repository/listing/folderPrefixes';

const prefixesOf = (...paths: string[]) => folderPrefixes(paths).map(({ prefix }) => prefix);

describe('folderPrefixes', () => {
  it('has none for a single folder, which has a name all the same', () => {
    expect(folderPrefixes(['/w/app'])).toEqual([{ name: 'app', prefix: '' }]);
  });

  it('takes the names of several, and numbers those that are taken', () => {
    expect(prefixesOf('/one/app', '/two/App', '/lib', '/three/app')).toEqual([
      'app/',
      'App-2/',
      'lib/',
      'app-3/',
    ]);
  });

  it('gives no name twice, also when a folder is named like a numbered one', () => {
    expect(prefixesOf('/one/app', '/two/app', '/app-2')).toEqual(['app/', 'app-2/', 'app-2-2/']);
  });

  it('has a name for the root of a disk', () => {
    expect(prefixesOf('/', '/w/app')).toEqual(['root/', 'app/']);
  });
});
