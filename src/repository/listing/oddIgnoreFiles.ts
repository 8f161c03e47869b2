import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { errorCode } from '../../ground/fileFailure';
import { regularFileOnly } from '../../ground/regularFile';
import { decodePath } from '../text/pathCodec';
import { Turns } from '../text/turns';

/** The folder of a root. */
export interface RootFolder {
  /** Absolute, links resolved. */
  readonly folder: string;
  /** True when it is inside a larger Git work tree. */
  readonly partOfGitRepository: boolean;
}

/** The kinds of ignore files that ripgrep can leave out separately. */
export type IgnoreKind = 'vcs' | 'dot' | 'exclude';

/** An ignore file that must not be opened. */
export interface OddIgnoreFile {
  readonly kind: IgnoreKind;
  /** Relative to the root, or absolute when it is above it. */
  readonly path: string;
  /** What it is: "a named pipe". */
  readonly what: string;
}

/** The ignore files that ripgrep opens in each folder. */
const ignoreFiles: readonly (readonly [name: string, kind: IgnoreKind])[] = [
  ['.gitignore', 'vcs'],
  ['.ignore', 'dot'],
  ['.rgignore', 'dot'],
];
const gitExclude = '.git/info/exclude';
const allIgnoreFiles = [...ignoreFiles, [gitExclude, 'exclude']] as const;
/** The largest ignore file that is read, in bytes. The rules of a larger one are unknown. */
const mostRuleBytes = 256 * 1024;

/**
 * Looks through the folders of a root for ignore files that are not regular files inside of it: reading a named pipe or
 * a device may never end, and a link may lead to any file of the user. ripgrep opens anything with the name of an ignore
 * file, so this runs first.
 *
 * Like ripgrep, it does not enter folders that plain rules leave out, such as `node_modules`; unless there are odd files,
 * because then rules don't count.
 * @param pruned names of folders that ripgrep leaves out everywhere.
 * @throws the signal's reason when it is aborted.
 */
export async function oddIgnoreFiles(
  root: RootFolder,
  pruned: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly OddIgnoreFile[]> {
  const above = oddAbove(root);
  const quick = await oddBelow(root.folder, pruned, true, signal);
  const areOdd = above.length + quick.length > 0;
  const below = areOdd ? await oddBelow(root.folder, pruned, false, signal) : [];
  return [...above, ...below];
}

/** A folder still to be looked at. In paths, each byte is a character. */
interface Folder {
  readonly path: string;
  /** The rules of the folders above that leave out folders by name. */
  readonly rules: Rules;
}

/** Rules that leave out folders by name alone. */
interface Rules {
  readonly names: ReadonlySet<string>;
  /** True if a rule above may show what others hide, so that none of them is certain. */
  readonly uncertain: boolean;
}

async function oddBelow(
  root: string,
  pruned: ReadonlySet<string>,
  followRules: boolean,
  signal: AbortSignal,
): Promise<readonly OddIgnoreFile[]> {
  const found: OddIgnoreFile[] = [];
  const turns = new Turns(signal);
  signal.throwIfAborted();
  const top = Buffer.from(root).toString('latin1');
  const open: Folder[] = [{ path: top, rules: { names: new Set(), uncertain: !followRules } }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (turns.over) await turns.turn();
    const { path } = folder;
    const entries = entriesOf(path);
    const odd = (kind: IgnoreKind, name: string) => {
      const what = oddityOf(bytes(`${path}${sep}${name}`), root);
      if (what === null) return;
      const relative = `${path}${sep}${name}`.slice(top.length + (top.endsWith(sep) ? 0 : 1));
      found.push({ kind, path: decodePath(bytes(relative)), what });
    };
    let hasOdd = false;
    let hasRules = false;
    const folders: string[] = [];
    for (const entry of entries) {
      const { name } = entry;
      if (entry.isDirectory()) folders.push(name);
      else if (!entry.isFile()) hasOdd = true;
      if (/^\..*ignore$/i.test(name)) hasRules = true;
      if (name.length === 4 && name.toLowerCase() === '.git') odd('exclude', gitExclude);
    }
    // Checked by their names, which some file systems know in more than one spelling.
    if (hasOdd) for (const [name, kind] of ignoreFiles) odd(kind, name);
    if (folders.length === 0) continue;
    const { rules, here } =
      hasRules && !folder.rules.uncertain
        ? withRules(path, folder.rules)
        : { rules: folder.rules, here: none };
    for (const name of folders) {
      if (pruned.has(name)) continue;
      if (!rules.uncertain && (rules.names.has(name) || here.has(name))) continue;
      open.push({ path: path.endsWith(sep) ? path + name : path + sep + name, rules });
    }
  }
  return found;
}

const none: ReadonlySet<string> = new Set();

function bytes(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1');
}

/** The entries of a folder; none when it can't be listed, as for ripgrep. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(bytes(folder), { withFileTypes: true, encoding: 'latin1' });
  } catch {
    return [];
  }
}

/**
 * The odd ignore files in the folders above, up to the root of the file system. ripgrep opens them even when told that
 * their rules don't count.
 */
function oddAbove({ folder, partOfGitRepository }: RootFolder): readonly OddIgnoreFile[] {
  const found: OddIgnoreFile[] = [];
  // Above the repository they are the user's own, and may be links to anywhere.
  let inside = partOfGitRepository ? repositoryTop(folder) : null;
  for (let at = dirname(folder); ; at = dirname(at)) {
    for (const [name, kind] of allIgnoreFiles) {
      const path = join(at, name);
      const what = oddityOf(Buffer.from(path), inside);
      if (what !== null) found.push({ kind, path, what });
    }
    if (at === inside) inside = null;
    if (dirname(at) === at) return found;
  }
}

/** The existing ignore files above a root, which a sandbox must make readable. */
export function ignoreFilesAbove(root: string): readonly string[] {
  const found: string[] = [];
  for (let at = dirname(root); ; at = dirname(at)) {
    for (const [name] of allIgnoreFiles) {
      const path = join(at, name);
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) found.push(path);
    }
    if (dirname(at) === at) return found;
  }
}

function repositoryTop(folder: string): string {
  for (let at = dirname(folder); ; at = dirname(at)) {
    if (lstatSync(join(at, '.git'), { throwIfNoEntry: false })) return at;
    if (dirname(at) === at) return folder;
  }
}

/**
 * Why an ignore file must not be opened; null when it may be, does not exist, or is not something to read rules from.
 * @param inside the folder that it must be in; null for anywhere.
 */
function oddityOf(path: Buffer, inside: string | null): string | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || found.isDirectory()) return null;
    if (found.isFIFO()) return 'a named pipe';
    if (found.isSocket()) return 'a socket';
    if (!found.isFile()) return 'a device';
    if (inside === null) return null;
    // Also follows links on the way: `.git` or `info` may be one.
    const real = decodePath(realpathSync(path, { encoding: 'buffer' }));
    const start = inside.endsWith(sep) ? inside : inside + sep;
    return real.startsWith(start) ? null : 'a link to a file outside of the repository';
  } catch {
    // It leads nowhere, or to an inaccessible place, so it can't be opened either.
    return null;
  }
}

/** The rules that count below a folder, and those that count only in it. */
function withRules(
  folder: string,
  above: Rules,
): { readonly rules: Rules; readonly here: ReadonlySet<string> } {
  const names = new Set(above.names);
  const here = new Set<string>();
  for (const [name] of ignoreFiles) {
    for (const line of linesOf(bytes(`${folder}${sep}${name}`))) {
      if (line.startsWith('!')) return { rules: { names, uncertain: true }, here: none };
      const rule = /^(\/|\*\*\/)?([\w.-]+)\/?\s*$/.exec(line);
      if (rule?.[2] === undefined) continue;
      if (rule[1] === '/') here.add(rule[2]);
      else names.add(rule[2]);
    }
  }
  return { rules: { names, uncertain: false }, here };
}

/** Stands for unknown rules. */
const uncertain: readonly string[] = ['!'];

function linesOf(path: Buffer): readonly string[] {
  let file: number;
  try {
    file = openSync(path, regularFileOnly);
  } catch (error) {
    // ripgrep follows links, but their targets are not read here.
    return errorCode(error) === 'ENOENT' ? [] : uncertain;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return uncertain;
    // Only whole files: a rule at the end might show something again.
    if (found.size > mostRuleBytes) return uncertain;
    const text = readFileSync(file);
    // ripgrep stops at a line that is not text.
    return isUtf8(text)
      ? text
          .toString('latin1')
          .replace(/^\u00ef\u00bb\u00bf/, '')
          .split('\n')
      : uncertain;
  } catch {
    return uncertain;
  } finally {
    closeSync(file);
  }
}
