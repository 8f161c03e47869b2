/**
 * A path in the form in which names are compared. It covers disks that ignore case, treat several normal forms of a
 * character as one (APFS, HFS+, ext4 with `casefold`) or ignore invisible characters (HFS+ and `casefold`, as in attacks
 * on `.git`), and Windows, which drops dots and spaces at the end of a name and takes `name::$DATA` for `name`. It is
 * wider than each of these, so that the kind of disk need not be known.
 */
export function comparedPath(path: string): string {
  const lower = path.toLowerCase();
  if (!mayDiffer.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .split('/')
    .map((name) => name.replace(/(?<=.):.*$/s, '').replace(/(?<=[^. ])[. ]+$/, ''))
    .join('/');
}

/** A quick test that nearly no path passes. */
const mayDiffer = /[^\x20-\x7e]|:|[. ](?:\/|$)/;

/**
 * A name without the marks that editors, file managers, package managers, archivers and people add to the name of a
 * copy: `.env~`, `#.env#`, `.server.key.swp`, `server.key.old`, `id_rsa (1)`, `Copy of id_rsa`, `secrets.yml.gz`. Returns
 * all forms on the way, the name itself first.
 * @param name in the form of `comparedPath`.
 */
export function copyOf(name: string): readonly string[] {
  const forms = [name];
  if (!mayBeCopy.test(name)) return forms;
  for (const form of forms) {
    const next = withoutSign(form);
    if (next === form || next === '.' || forms.length >= mostForms) continue;
    forms.push(next);
    // Vim hides the file beside the one that it swaps or undoes.
    if (hiddenBeside.test(form) && /^\.[^.]/.test(next)) forms.push(next.slice(1));
  }
  return forms;
}

/** Nobody adds more marks than make so many forms. */
const mostForms = 12;

const hiddenBeside = /\.(?:sw[a-p]|un~)$/;

const words =
  'bak|bkp|bkup|backup|back|old|older|orig|original|save|saved|sav|tmp|temp|copy|prev|previous|rej|disabled|off|removed|deleted|unused|rpmsave|rpmnew|rpmorig|dpkg|ucf|new|pacsave|pacnew|pacorig';
/** Endings with a dot alone: with another sign before it they are words of names. */
const endings = 'sw[a-p]|un~|gz|bz2|xz|zst|lz4|lzma|zip|7z|rar|tar|tgz|tbz2?|txz';
const date = '(?:19|20)\\d\\d[-_.]?\\d\\d[-_.]?\\d\\d(?:[-_.t ]?\\d{2,6}(?:[-_.:]?\\d\\d){0,2}z?)?';

const copySigns: readonly RegExp[] = [
  // Emacs: `#name#` keeps what is not saved, `.#name` is a lock.
  /^\.?#(.+?)#?$/,
  /^(.+?)#$/,
  /^~\$(.+)$/,
  /^copy (?:\(\d+\) )?of (.+)$/,
  /^(.+?)\.~\d+~$/,
  /^(.+?)~+$/,
  new RegExp(`^(.+)\\.(?:${endings})$`),
  new RegExp(`^(.+)[._-](?:${words})(?:[._-]?\\d{1,4})?$`),
  new RegExp(`^(.+)[._-](?:${words})?[._-]?${date}$`),
  /^(.+?) ?\(\d{1,3}\)$/,
  /^(.+?) (?:- )?copy(?: \d{1,3})?$/,
  /^(.+?) \d{1,3}$/,
  // Of names with a dot: `credentials.7` is a page of a manual.
  /^(.*\..*)\.\d{1,4}$/,
  // Of names that have an ending after the sign: `id_rsa (1).txt`, `credentials - copy.json`.
  new RegExp(
    `^(.+?)(?: ?\\(\\d{1,3}\\)|(?: -)? copy|[._-](?:${words})(?:[._-]?\\d{1,4})?|[._-]${date})(\\.[^.]+)$`,
  ),
];

/** Nearly no name of a source file passes, and those that do are looked at sign by sign. */
const mayBeCopy = new RegExp(
  `^[#~]|^\\.#|[~#)\\d]$|^copy |\\dz?(?:\\.[^.]+)?$| copy|\\(\\d+\\)\\.|\\.(?:${endings})$|[._-](?:${words})(?:[._-]?\\d{1,4})?(?:\\.[^.]+)?$`,
);

function withoutSign(name: string): string {
  for (const sign of copySigns) {
    const [, rest, ending = ''] = sign.exec(name) ?? [];
    if (rest === undefined) continue;
    return rest + ending;
  }
  return name;
}
