import { seededRandom } from '../../../host/seededRandom';

/**
 * Settings that run something or read a path, by Git's documentation (git-config, gitattributes): a name, and
 * what its value is. `<x>` in a name is any subsection.
 */
const settings: readonly (readonly [name: string, value: 'program' | 'path' | 'url' | 'word'])[] = [
  ...[
    'core.fsmonitor core.sshCommand core.pager core.editor core.gitProxy core.askPass core.hooksPath',
    'core.alternateRefsCommand diff.external diff.<x>.command diff.<x>.textconv filter.<x>.clean',
    'filter.<x>.smudge filter.<x>.process merge.<x>.driver gpg.program gpg.<x>.program',
    'gpg.ssh.defaultKeyCommand credential.helper credential.<x>.helper pager.<x> alias.<x>',
    'sequence.editor interactive.diffFilter difftool.<x>.cmd difftool.<x>.path mergetool.<x>.cmd',
    'mergetool.<x>.path browser.<x>.cmd browser.<x>.path man.<x>.cmd man.<x>.path remote.<x>.uploadpack',
    'remote.<x>.receivepack remote.<x>.vcs uploadpack.packObjectsHook submodule.<x>.update',
    'trailer.<x>.command trailer.<x>.cmd sendemail.smtpServer sendemail.toCmd sendemail.ccCmd',
    'imap.tunnel instaweb.httpd instaweb.browser guitool.<x>.cmd receive.procReceiveRefs ssh.variant',
    'hook.<x>.command tar.<x>.command web.browser rebase.instructionFormat lfs.customtransfer.<x>.path',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, 'program'] as const),
  ...[
    'include.path includeIf.<gitdir>.path core.worktree core.attributesFile core.excludesFile',
    'diff.orderFile blame.ignoreRevsFile mailmap.file mailmap.blob commit.template init.templateDir',
    'http.cookieFile http.sslCert http.sslKey http.sslCAInfo http.sslCAPath gpg.ssh.allowedSignersFile',
    'gpg.ssh.revocationFile fetch.bundleURI trace2.normalTarget trace2.perfTarget trace2.eventTarget',
    'safe.directory gitcvs.dbName sendemail.aliasesFile sendemail.mailmap sparse.expectFilesOutsideOfPatterns',
    'core.splitIndex index.sparse maintenance.repo push.pushOption fsck.skipList log.excludeDecoration',
    'receive.fsck.skipList fetch.fsck.skipList format.signatureFile core.preloadIndex core.gitdir',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, 'path'] as const),
  ...[
    'remote.<x>.url',
    'url.<x>.insteadOf',
    'submodule.<x>.url',
    'http.proxy',
    'extensions.partialClone',
  ].map((name) => [name, 'url'] as const),
  ...[
    'diff.submodule',
    'status.submoduleSummary',
    'submodule.recurse',
    'log.showSignature',
    'filter.<x>.required',
    'remote.<x>.promisor',
    'core.bare',
    'core.commitGraph',
    'core.multiPackIndex',
    'extensions.worktreeConfig',
    'extensions.refStorage',
    'extensions.objectFormat',
    'core.repositoryFormatVersion',
    'core.untrackedCache',
    'diff.noprefix',
    'diff.renames',
    'log.follow',
    'color.ui',
    'core.quotePath',
    'core.autocrlf',
    'core.eol',
    'core.ignoreCase',
    'core.precomposeUnicode',
    'core.bigFileThreshold',
    'core.compression',
    'feature.manyFiles',
  ].map((name) => [name, 'word'] as const),
];

const attributes =
  'filter diff merge textconv working-tree-encoding eol text ident export-subst'.split(' ');

const words = 'true false 1 0 2 99 origin sha256 reftable log HEAD always x'.split(' ');

/** What a hostile repository has beside its objects; a character is a byte. */
export interface RandomRepository {
  readonly config: string;
  /** What the configuration may include, and `config.worktree`. */
  readonly included: string;
  readonly attributes: string;
}

/**
 * A configuration and attributes made at random: odd bytes, includes, sizes and nesting.
 * @param trap a program that leaves a mark. @param outside a folder that nothing may be read of.
 */
export function randomRepository(seed: number, trap: string, outside: string): RandomRepository {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const one = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const oddBytes = () =>
    Array.from({ length: 1 + below(6) }, () =>
      one(['x', '\xff', '\xc3', '.', '=', ' ', '\x80', 'é', '-', '\\\\']),
    ).join('');
  // A few names, so that attributes and settings meet.
  const names = ['x', 'lfs', 'x\xff', 'a=b', ...Array.from({ length: 3 }, oddBytes)];
  const value = (kind: (typeof settings)[number][1]): string => {
    if (kind === 'program')
      return one([trap, `!${trap}`, `${trap} %f`, `sh -c ${trap}`, `"${trap}" ;x`]);
    if (kind === 'path')
      return one([
        `${outside}/file`,
        `${outside}`,
        '../../outside/file',
        '../included',
        'included',
        '~/x',
      ]);
    if (kind === 'url')
      return one([`${outside}/repository`, `ext::${trap}`, 'ssh://localhost/x', 'file:///']);
    return one(words);
  };
  const section = (): string => {
    const [name, kind] = one(settings);
    const [first = '', ...rest] = name.split('.');
    const key = rest.pop() ?? '';
    const subsection = rest
      .join('.')
      .replace('<x>', one(names))
      .replace('<gitdir>', 'gitdir:/**')
      .replaceAll('"', '');
    const spelled = one([key, key.toUpperCase(), key.toLowerCase()]);
    const header =
      subsection === '' ? `[${first}]` : `[${one([first, first.toUpperCase()])} "${subsection}"]`;
    const set = `${spelled}${one(['=', ' = ', '\t=\\\n '])}${value(key === '<x>' ? 'program' : kind)}`;
    return `${header}${one(['\n', '\n\t', ' '])}${key === '<x>' ? set.replace(/<x>/i, 'log') : set}\n`;
  };
  const many = () => Array.from({ length: 1 + below(25) }, section).join('');
  const padding = () =>
    random() < 0.05 ? `[a "${'b'.repeat(9_000)}"]\nc=d\n`.repeat(below(1_000)) : '';
  const pattern = () => one(['*', '*.txt', 'a.txt', 'sub/**', '**', '[a-z]*', '!x', oddBytes()]);
  const line = () =>
    `${pattern()} ${Array.from({ length: 1 + below(3) }, () => `${one(['', '-', '!'])}${one(attributes)}=${one(names)}`).join(' ')}\n`;
  const filter = one(names.slice(0, 3));
  return {
    config: [
      random() < 0.7 ? '[core]\nrepositoryformatversion=0\n' : '',
      padding(),
      many(),
      // What is most likely to fire, in half of them.
      random() < 0.5
        ? `[filter "${filter}"]\nclean=${trap}\n[diff "${filter}"]\ntextconv=${trap}\n`
        : '',
    ].join(''),
    included: many(),
    attributes: `${Array.from({ length: below(12) }, line).join('')}${random() < 0.5 ? `* filter=${filter} diff=${filter}\n` : ''}`,
  };
}
