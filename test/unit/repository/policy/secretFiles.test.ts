import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { secretPolicy } from '../../../../src/repository/policy/secretFiles';
import { calm, grepLines, pathsOf, query, workspaceFolder } from '../workspaceFolder';

const secrets = [
  '.env',
  '.env.local',
  'app/.env.production',
  '.envrc',
  '.ENV',
  'prod.env',
  '.env/inside',
  '.envs/.local/.django',
  'id_rsa',
  'keys/id_ed25519',
  'id_rsa.bak',
  'deploy_ed25519',
  'ssh_host_rsa_key',
  'home/.ssh/known_hosts',
  '.gnupg/pubring.kbx',
  'server.pem',
  'SERVER.PEM',
  'tls.key',
  'cert.p12',
  'cert.pfx',
  'app.jks',
  'release.keystore',
  'passwords.kdbx',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.aws/credentials',
  'x/.aws/config',
  '.docker/config.json',
  '.kube/config',
  '.config/gh/hosts.yml',
  '.config/gcloud/access_tokens.db',
  'home/.config/gcloud/legacy/adc',
  '.pgpass',
  '.htpasswd',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'my-service-account.json',
  'client_secret_123.json',
  'config/secrets.yml',
  '.bash_history',
];

const ordinary = [
  'gcloud/deploy.py',
  '.env.example',
  '.env.sample',
  '.env.template',
  '.env.local.example',
  'example.env',
  'environment.ts',
  'src/env.ts',
  'id_rsa.pub',
  'deploy_ed25519.pub',
  'src/keyboard.ts',
  'src/key.ts',
  'monkey',
  'docs/pem.md',
  'config.json',
  'kube/config',
  'credentials.ts',
  'src/secrets.ts',
  'app.keystore.ts',
  'git-credentials.md',
  'package.json',
];

describe('the secret-file policy', () => {
  const policy = secretPolicy([]);

  it.each(secrets)('hides %s', (path) => {
    expect(policy(path)).not.toBeNull();
  });

  it.each(ordinary)('shows %s', (path) => {
    expect(policy(path)).toBeNull();
  });

  it('shows what the user allows, and only that', () => {
    const lenient = secretPolicy(['.npmrc', 'test/certs/*.pem']);
    expect(lenient('packages/a/.npmrc')).toBeNull();
    expect(lenient('test/certs/a.pem')).toBeNull();
    expect(lenient('a.pem')).not.toBeNull();
    expect(lenient('.env')).not.toBeNull();
  });
});

describe('a secret file in a repository', () => {
  const files = { '.env': 'TOKEN=needle\n', '.env.example': 'TOKEN=needle\n', 'a.ts': 'needle\n' };

  it('is not listed, matched, counted, ranked or planned', async () => {
    await using folder = await workspaceFolder(files);
    const repository = await folder.open();
    const shown = ['.env.example', 'a.ts'];
    expect(await pathsOf(repository)).toEqual(shown);
    expect(await pathsOf(repository, '.env*')).toEqual(['.env.example']);
    const { matches, total } = await repository.grep(query('needle'), calm);
    expect(matches.map(({ path }) => path)).toEqual(shown);
    expect(total).toBe(2);
    expect([...(await repository.count(query('needle'), calm)).keys()]).toEqual(shown);
    const ranked = await repository.search('needle env token', 10, calm);
    expect(ranked.map(({ path }) => path).sort()).toEqual(shown);
    const [chunk] = await repository.chunks({ glob: '**' }, 1000, calm);
    expect(chunk?.pieces.map(({ path }) => path)).toEqual(shown);
    expect(await repository.overview(calm)).not.toMatch(/^\.env$/m);
    expect(await repository.tree('', 2, calm)).not.toMatch(/^ *\.env /m);
    expect(await repository.fileCount(calm)).toBe(2);
  });

  it('is reported as excluded, whether it is there or not', async () => {
    await using folder = await workspaceFolder(files);
    const repository = await folder.open();
    for (const path of ['.env', './.env', '.env.production', 'x//.env']) {
      await expect(repository.read(path, 1, null, calm)).rejects.toMatchObject({
        kind: 'excluded',
        message: expect.stringContaining('is excluded by the secret-file policy'),
      });
    }
    await expect(repository.grep(query('x', { path: '.env' }), calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
    await expect(repository.chunks({ paths: ['.env'] }, 1000, calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
  });

  it('can be read once the user allows it', async () => {
    await using folder = await workspaceFolder(files);
    const repository = await folder.open({ allowSecrets: ['.env'] });
    expect((await repository.read('.env', 1, null, calm)).text).toBe('TOKEN=needle\n');
    expect(await grepLines(repository, 'TOKEN', { path: '.env' })).toEqual([
      '.env:1:1:TOKEN=needle',
    ]);
  });

  it('is not to be had through a link', async () => {
    await using folder = await workspaceFolder({ ...files, 'keys/.ssh/config': 'needle\n' });
    await symlink('.env', join(folder.path, 'harmless.txt'));
    await symlink('keys/.ssh', join(folder.path, 'harmless'));
    const repository = await folder.open();
    expect(await pathsOf(repository)).toEqual(['.env.example', 'a.ts']);
    for (const path of ['harmless.txt', 'harmless/config']) {
      await expect(repository.read(path, 1, null, calm)).rejects.toMatchObject({
        kind: 'excluded',
      });
    }
    await expect(repository.grep(query('x', { path: 'harmless' }), calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
  });

  it.each([
    ['.ssh', { deploy: 'needle\n', 'known_hosts.old': 'needle\n' }],
    ['.kube', { config: 'needle\n' }],
    ['work/.aws', { config: 'needle\n', 'sso/cache.json': 'needle\n' }],
  ])('is none to be had by opening its folder %s', async (name, inside) => {
    await using folder = await workspaceFolder();
    const names = Object.keys(inside);
    await folder.write(Object.fromEntries(names.map((one) => [`${name}/${one}`, 'needle\n'])));
    await symlink(join(folder.path, name), join(folder.path, 'link'));
    for (const path of [join(folder.path, name), join(folder.path, 'link')]) {
      const repository = await openRepository([{ path, prefix: `${name}/` }], { ripgrep: rgPath });
      expect(await pathsOf(repository)).toEqual([]);
      expect(await grepLines(repository, 'needle')).toEqual([]);
      for (const one of names) {
        expect(await repository.overview(calm)).not.toContain(`/${one}`);
        await expect(repository.read(`${name}/${one}`, 1, null, calm)).rejects.toMatchObject({
          kind: 'excluded',
        });
      }
    }
  });

  it('is not what a folder above the opened one is called like', async () => {
    await using folder = await workspaceFolder({
      'gcloud/deploy.py': 'needle\n',
      'prod.env/deploy.py': 'needle\n',
    });
    for (const name of ['gcloud', 'prod.env']) {
      const path = join(folder.path, name);
      const repository = await openRepository([{ path, prefix: '' }], { ripgrep: rgPath });
      expect(await pathsOf(repository)).toEqual(['deploy.py']);
    }
  });

  it('of an opened folder can be read once the user allows it, by its path in the workspace', async () => {
    await using folder = await workspaceFolder({ 'deploy/.kube/config': 'needle\n' });
    const repository = await openRepository(
      [{ path: join(folder.path, 'deploy/.kube'), prefix: 'deploy/.kube/' }],
      { ripgrep: rgPath, allowSecrets: ['deploy/.kube/config'] },
    );
    expect(await pathsOf(repository)).toEqual(['deploy/.kube/config']);
  });
});
