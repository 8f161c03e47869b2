import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files with credentials, below the home folder. */
const files: readonly string[] = [
  '.netrc',
  '_netrc',
  '.authinfo',
  '.authinfo.gpg',
  '.git-credentials',
  '.gitcookies',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pypirc',
  '.pgpass',
  '.my.cnf',
  '.mylogin.cnf',
  '.s3cfg',
  '.boto',
  '.htpasswd',
  '.dockercfg',
  '.terraformrc',
  '.vault-token',
  '.msmtprc',
  '.fetchmailrc',
  '.rhosts',
  '.cvspass',
  '.smbcredentials',
  '.databrickscfg',
  '.sentryclirc',
  '.env',
  '.bash_history',
  '.zsh_history',
  '.python_history',
  '.psql_history',
  '.mysql_history',
  '.node_repl_history',
  '.docker/config.json',
  '.kube/config',
  '.gem/credentials',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.m2/settings.xml',
  '.m2/settings-security.xml',
  '.gradle/gradle.properties',
  '.composer/auth.json',
  '.bundle/config',
  '.oci/config',
  '.kaggle/kaggle.json',
  '.huggingface/token',
  '.cache/huggingface/token',
  '.terraform.d/credentials.tfrc.json',
  '.config/git/credentials',
  '.config/gh/hosts.yml',
  '.config/hub',
  '.config/glab-cli/config.yml',
  '.config/github-copilot/hosts.json',
  '.config/github-copilot/apps.json',
  '.config/containers/auth.json',
  '.config/rclone/rclone.conf',
  '.config/doctl/config.yaml',
  '.config/hcloud/cli.toml',
  '.config/stripe/config.toml',
  '.config/configstore/firebase-tools.json',
  '.config/gcloud/credentials.db',
  '.config/gcloud/access_tokens.db',
  '.config/gcloud/application_default_credentials.json',
];

/** Folders in which every file is secret; they have few files. */
const folders: readonly string[] = [
  '.ssh',
  '.gnupg',
  '.gnupg/private-keys-v1.d',
  '.aws',
  '.aws/sso/cache',
  '.aws/cli/cache',
  '.azure',
  '.password-store',
  '.config/gcloud',
];

/** How many files of a folder are looked at; none of these has as many. */
const mostOfFolder = 2_000;

/** The usual paths of the user's own secrets, whether they exist or not. */
export function userSecrets(home: string): readonly string[] {
  return [
    ...files.map((name) => join(home, name)),
    ...folders.flatMap((name) => namesIn(join(home, name)).map((file) => join(home, name, file))),
  ];
}

/** The names in a folder; none when it can't be listed. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, mostOfFolder);
  } catch {
    return [];
  }
}
