import { join } from 'node:path';
import type { LanguageServers, ServerSymbol } from '../../src/repository/language/languageServers';

/** What a fake server was asked, as `method file:line:column`. */
export interface FakeLanguageServers extends LanguageServers {
  readonly asked: readonly string[];
}

/** The repository that the fake servers know. */
export const knownFiles: Readonly<Record<string, string>> = {
  'src/a.py': 'import b\n\n\nclass Tide:\n    def rise(self):\n        return b.level()\n',
  'src/b.py': '# é𝒳 level\ndef level():\n    return 1\n',
  'notes.txt': 'level\n',
  '.env': 'KEY=level\n',
  '.gitignore': 'build/\n',
  'build/out.py': 'level()\n',
};

/** Language servers that know one small repository, without an editor. */
export function fakeLanguageServers(
  folder: string,
  replaced: Partial<LanguageServers> = {},
): FakeLanguageServers {
  const asked: string[] = [];
  const note = (method: string, at: { file: string; line?: number; column?: number } | null) =>
    asked.push(
      `${method} ${[at?.file.slice(folder.length + 1), at?.line, at?.column].filter((part) => part !== undefined).join(':')}`,
    );
  const at = (path: string, line: number, column: number) => ({
    file: join(folder, path),
    line,
    column,
  });
  const symbol = (path: string, line: number, end: number, name: string, container = '') => ({
    ...at(path, line, 5),
    end,
    name,
    kind: container ? 'method' : 'class',
    container,
  });
  const inA: readonly ServerSymbol[] = [
    symbol('src/a.py', 4, 6, 'Tide'),
    symbol('src/a.py', 5, 6, 'rise', 'Tide'),
  ];
  const everywhere = [
    at('src/b.py', 2, 5),
    at('src/a.py', 6, 18),
    at('.env', 1, 5),
    at('build/out.py', 1, 1),
    { file: '/usr/lib/python3/os.py', line: 1, column: 1 },
  ];
  return {
    asked,
    async symbols(query) {
      asked.push(`symbols ${query}`);
      return query === 'Tide' ? [...inA, symbol('.env', 1, 1, 'KEY')] : [];
    },
    async outline(file) {
      note('outline', { file });
      return file.endsWith('a.py') ? inA : file.endsWith('.py') ? [] : null;
    },
    async definition(place) {
      note('definition', place);
      return place.file.endsWith('.py') ? everywhere.slice(0, 1) : [];
    },
    async references(place) {
      note('references', place);
      return everywhere;
    },
    async callers(place) {
      note('callers', place);
      return place.line === 2 ? [{ ...at('src/a.py', 6, 18), caller: 'rise' }] : null;
    },
    async diagnostics(file) {
      note('diagnostics', file === null ? null : { file });
      const all = [
        { ...at('src/a.py', 1, 8), severity: 'error', message: 'No such module', source: 'py 12' },
        { ...at('.env', 1, 1), severity: 'warning', message: 'KEY=level', source: '' },
      ] as const;
      const found = all.filter((one) => file === null || one.file === file);
      return file?.endsWith('.txt') ? null : found;
    },
    ...replaced,
  };
}
