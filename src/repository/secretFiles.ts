import { compileGlob } from './glob';

/**
 * Says which secret a file holds by its name ("a private key"), or null for an ordinary file. It may be
 * called by several paths: what one of them shows is a secret, and what one of them allows is allowed.
 * Contents are never looked at: a policy that has to read a file to know that it must not be read comes too
 * late. Names are compared without regard to case.
 *
 * Example files that are made to be shared (`.env.example`, `.env.sample`, `.env.template`,
 * `example.env`, ...) are ordinary: they say which variables exist, which is what questions ask.
 * `.npmrc` and the like are hidden even without a token in them, for the reason above.
 */
export type SecretPolicy = (...paths: readonly string[]) => string | null;

/** The policy, but for the paths that the user's globs allow. */
export function secretPolicy(allowed: readonly string[]): SecretPolicy {
  const globs = allowed.map((glob) => compileGlob(glob));
  return (...paths) => {
    for (const path of paths) {
      const kind = secretKind(path);
      if (kind === null) continue;
      const isAllowed = globs.some((glob) => paths.some((one) => glob.matches(one)));
      return isAllowed ? null : kind;
    }
    return null;
  };
}

interface SecretRule {
  readonly kind: string;
  readonly names: RegExp;
}

/** Of any part of the path: a folder of that name hides what is in it. */
const anywhere: readonly SecretRule[] = [
  { kind: 'environment variables', names: /^\.env|^.+\.env$/ },
  { kind: 'private keys', names: /^(\.ssh|\.gnupg|private-keys-v1\.d)$/ },
  {
    kind: 'a password store',
    names: /\.(agilekeychain|opvault)$|^\.password-store$/,
  },
];

const harmlessEnvironment =
  /^\.env.*[._-](example|sample|template|tmpl|dist|schema)$|^(example|sample|template)\.env$/;

/** Of the file's own name. */
const fileNames: readonly SecretRule[] = [
  {
    kind: 'a private key',
    names:
      /^(id_(rsa|dsa|ecdsa|ed25519|xmss)|.+_(rsa|dsa|ecdsa|ed25519))(?!.*\.pub$)([._-].*)?$|^ssh_host_.*_key$|^secring\./,
  },
  {
    kind: 'a key or certificate store',
    names:
      /\.(pem|key|p8|p12|pfx|pkcs8|pkcs12|ppk|jks|jceks|keystore|bks|truststore|agekey|ovpn|keytab|snk)$/,
  },
  {
    kind: 'a password store',
    names: /\.(kdbx?|psafe3|keychain|keychain-db|kwallet|1pux|1pif)$/,
  },
  {
    kind: 'credentials',
    names:
      /^(\.netrc|_netrc|\.authinfo|\.npmrc|\.yarnrc|\.yarnrc\.yml|\.pypirc|\.git-credentials|\.gitcookies|\.pgpass|pgpass\.conf|\.my\.cnf|\.mylogin\.cnf|\.s3cfg|\.boto|\.htpasswd|\.dockercfg|\.terraformrc|terraform\.rc|credentials\.tfrc\.json|\.vault-token|\.vault_pass|\.msmtprc|\.fetchmailrc|\.?rclone\.conf|\.rhosts|kubeconfig|credentials|credentials\.(json|toml|ya?ml|csv|xml)|secrets\.(json|toml|ya?ml)|settings-security\.xml|application_default_credentials\.json|client_secrets?.*\.json)$/,
  },
  { kind: 'credentials', names: /\.kubeconfig$|service[-_]?account.*\.json$|adminsdk.*\.json$/ },
  { kind: 'the state of deployed infrastructure', names: /\.tfstate(\..*)?$/ },
  { kind: 'a command history', names: /^\..*_history$/ },
];

/** Of the end of the path. */
const locations: readonly SecretRule[] = [
  {
    kind: 'credentials',
    names:
      /(^|\/)(\.docker\/config\.json|\.kube\/config|\.aws\/(config|sso\/.*|cli\/cache\/.*)|\.azure\/.*|(\.config|appdata\/roaming)\/gcloud\/.*|\.config\/gh\/hosts\.yml|\.config\/hub|\.config\/git\/credentials|\.m2\/settings\.xml|\.gradle\/gradle\.properties|\.composer\/auth\.json|\.bundle\/config|\.subversion\/auth\/.*|\.helm\/repository\/.*)$/,
  },
];

/** Any rule of a list in one expression: nearly every path is ordinary, and this says so at once. */
function anyOf(rules: readonly SecretRule[]): RegExp {
  return new RegExp(rules.map(({ names }) => names.source).join('|'));
}

const anyAnywhere = anyOf(anywhere);
const anyFileName = anyOf(fileNames);
const anyLocation = anyOf(locations);

function secretKind(path: string): string | null {
  const lower = path.toLowerCase();
  const parts = lower.split('/');
  for (const part of parts) {
    if (!anyAnywhere.test(part) || harmlessEnvironment.test(part)) continue;
    return kindOf(anywhere, part);
  }
  const name = parts.at(-1) ?? '';
  if (anyFileName.test(name)) return kindOf(fileNames, name);
  return anyLocation.test(lower) ? kindOf(locations, lower) : null;
}

function kindOf(rules: readonly SecretRule[], text: string): string | null {
  return rules.find(({ names }) => names.test(text))?.kind ?? null;
}
