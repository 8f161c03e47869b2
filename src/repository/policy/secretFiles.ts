import { compileGlob } from '../listing/glob';
import { comparedPath, copyOf } from './nameForms';

/**
 * Says by its name which secret a file holds ("a private key"), so that it must not be read; null for an ordinary
 * file. The file may have several paths: it is a secret if one of them shows it, and allowed if one of them is allowed. Contents are never looked at: it
 * would be too late to decide after reading a file. Names are compared as any disk may compare them (`comparedPath`), and
 * a copy with a name such as `server.key.old` or `.env~` counts as the original (`copyOf`).
 *
 * Example files that are made to be shared (`.env.example`, `.env.sample`, `.env.template`,
 * `example.env`, ...) are ordinary: they say which variables exist, which is what questions ask.
 * So is source code about secrets (`sign_ecdsa.go`, `.env.d.ts`, a chart's `templates/secrets.yaml`).
 * `.npmrc` and the like are hidden even without a token in them, for the reason above.
 */
export type SecretPolicy = (...paths: readonly string[]) => string | null;

/** The policy, except for paths that the user's globs allow. */
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

/** Rules for any part of the path: a folder of that name hides everything in it. */
const anywhere: readonly SecretRule[] = [
  {
    kind: 'environment variables',
    names:
      /^\.env(?:$|[^a-z]|rc|s(?:$|[^a-z])|files?|vars?|ironments?)|^.+\.env$|^.+\.env[._-](?:local|dev|devel|development|prod|production|live|stag(?:e|ing)|test(?:ing)?|qa|uat|ci|preview|preprod|sandbox|docker|private|secrets?)(?:[._-]local)?$|^\.flaskenv$|^\.dev\.vars(?:$|[._-])/,
  },
  { kind: 'private keys', names: /^(\.ssh|\.gnupg|private-keys-v1\.d)$/ },
  {
    kind: 'a password store',
    names: /\.(agilekeychain|opvault)$|^\.password-store$/,
  },
];

/** Files made to be shared, or types for others. */
const harmlessEnvironment =
  /^\.env.*[._-](example|sample|template|tmpl|dist|schema)$|^.+\.env[._-](example|sample|template|tmpl|dist|schema)$|^(example|sample|template)\.env$|^(\.dev\.vars|\.flaskenv)[._-](example|sample|template|tmpl|dist|schema)$|^\.env(?:[._-].*)?\.d\.[cm]?ts$/;

/** Extensions of source code and of texts about it, which keys never have. */
const code =
  'adoc|asm|bash|bat|c|cc|cljs?|cmake|cmd|cpp|cs|css|cu|cxx|dart|d|el|erl|exs?|f90|fs|go|gradle|groovy|h|hh|hpp|hrl|hs|html?|hxx|inc|ipynb|java|jl|[cm]?jsx?|kts?|lua|m|md|mdx|mk|mli?|mm|nim|nix|pas|php|pl|pm|proto|ps1|pyi?|pyx|rb|rs|rst|s|sage|scala|sh|sol|sql|svelte|sv|svh|swift|tcl|tex|tf|[cm]?tsx?|v|vb|vhdl?|vue|xhtml|zig|zsh';

/** Rules for the file's own name. */
const fileNames: readonly SecretRule[] = [
  {
    kind: 'a private key',
    names: new RegExp(
      `^(?:(?:id_(?:rsa|dsa|ecdsa|ed25519|xmss)|.+_(?:rsa|dsa|ecdsa|ed25519))(?:[._-].*)?|ssh_host_.*_key)(?<!\\.pub|\\.(?:${code}))$|^secring\\.`,
    ),
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
      /^(\.netrc|_netrc|\.authinfo|\.npmrc|\.yarnrc|\.yarnrc\.yml|\.pypirc|\.git-credentials|\.gitcookies|\.pgpass|pgpass\.conf|\.my\.cnf|\.mylogin\.cnf|\.s3cfg|\.boto|\.htpasswd|\.dockercfg|\.dockerconfigjson|\.terraformrc|terraform\.rc|credentials\.tfrc\.json|\.vault-token|\.vault_pass|\.msmtprc|\.fetchmailrc|\.?rclone\.conf|\.rhosts|\.cvspass|\.smbcredentials|\.databrickscfg|\.sentryclirc|kaggle\.json|local\.settings\.json|kubeconfig|credentials|credentials\.(json|toml|ya?ml|csv|xml)|secrets\.(json|toml|ya?ml)|settings-security\.xml|application_default_credentials\.json|client_secrets?.*\.json)$/,
  },
  { kind: 'credentials', names: /\.kubeconfig$|service[-_]?account.*\.json$|adminsdk.*\.json$/ },
  { kind: 'the state of deployed infrastructure', names: /\.tfstate(\..*)?$/ },
  { kind: 'a command history', names: /^\..*_history$/ },
];

/** Examples and schemas, among names that a rule matches only by beginning and end. */
const harmlessName =
  /^(?:client_secrets?|.*service[-_]?account|.*adminsdk).*[._-](?:example|sample|template|tmpl|dist|schema|types?)\.json$|_(?:rsa|dsa|ecdsa|ed25519)\.pub$/;

/**
 * Ends of paths that are ordinary: texts of a user interface by key (Java, Delphi and others call such a file
 * `messages.key`), and templates of secrets in charts.
 */
const ordinaryPlaces =
  /(?:^|\/)(?:i18n|l10n|locales?|translations?|langs?|languages?|nls)\/(?:.*\/)?(?!(?:.*[._-])?(?:server|tls|ssl|private|priv|client|ca|root|id|host|cert|domain|master|secret|encryption|signing|rsa|ec|api|ssh)[._-])[^/]+\.key$|(?:^|\/)templates\/(?:.*\/)?secrets\.ya?ml$/;

/** Rules for the end of the path. */
const locations: readonly SecretRule[] = [
  {
    kind: 'credentials',
    names:
      /(^|\/)(\.docker\/config\.json|\.kube\/config|\.aws\/(config|sso\/.*|cli\/cache\/.*)|\.azure\/.*|(\.config|appdata\/roaming)\/gcloud\/.*|\.config\/gh\/hosts\.yml|\.config\/hub|\.config\/git\/credentials|\.config\/containers\/auth\.json|\.config\/(glab-cli\/config\.yml|github-copilot\/(hosts|apps)\.json|configstore\/firebase-tools\.json|doctl\/config\.yaml|hcloud\/cli\.toml|stripe\/config\.toml)|\.oci\/config|\.m2\/settings\.xml|\.gradle\/gradle\.properties|\.composer\/auth\.json|\.bundle\/config|\.subversion\/auth\/.*|\.helm\/repository\/.*|(\.cache\/|\.)huggingface\/token)$/,
  },
];

/** All rules of a list in one expression, for a quick answer: nearly every path is ordinary. */
function anyOf(rules: readonly SecretRule[]): RegExp {
  return new RegExp(rules.map(({ names }) => names.source).join('|'));
}

const anyAnywhere = anyOf(anywhere);
const anyFileName = anyOf(fileNames);
const anyLocation = anyOf(locations);

/**
 * A part of every name that a rule matches, in one expression, for a quick answer: nearly every path is ordinary. Marks
 * of copies are only added around it.
 */
const mayBeSecret =
  /\.env|flaskenv|\.dev\.vars|\.ssh|\.gnupg|private-keys-v1|agilekeychain|opvault|password-store|[dr]sa|ed25519|xmss|ssh_host_|secring|\.p(?:em|8|12|fx|kcs|pk|safe3)|\.ppk|\.keys?|\.j(?:ks|ceks)|\.bks|truststore|agekey|\.ovpn|\.snk|\.kdb|keychain|kwallet|\.1p(?:ux|if)|netrc|authinfo|npmrc|yarnrc|pypirc|git-?c(?:redentials|ookies)|pgpass|\.my(?:login)?\.cnf|s3cfg|\.boto|htpasswd|docker|terraform|vault[-_](?:token|pass)|msmtprc|fetchmailrc|rclone\.conf|\.rhosts|cvspass|credentials|databrickscfg|sentryclirc|kaggle|local\.settings|kubeconfig|secrets?|settings-security|service[-_]?account|adminsdk|tfstate|_history|\.kube\/|\.aws\/|\.azure\/|gcloud\/|\.config\/|\.oci\/|\.m2\/|\.gradle\/|\.composer\/|\.bundle\/|\.subversion\/|\.helm\/|huggingface\//;

function secretKind(path: string): string | null {
  const compared = comparedPath(path);
  if (!mayBeSecret.test(compared)) return null;
  const parts = compared.split('/');
  for (const part of parts) {
    const kind = kindOfName(part, anyAnywhere, anywhere, harmlessEnvironment);
    if (kind !== null) return kind;
  }
  const name = parts.at(-1) ?? '';
  const kind = kindOfName(name, anyFileName, fileNames, harmlessName);
  const start = compared.slice(0, compared.length - name.length);
  if (kind !== null) {
    return copyOf(name).some((form) => ordinaryPlaces.test(start + form)) ? null : kind;
  }
  const place = copyOf(name).find((form) => anyLocation.test(start + form));
  return place === undefined ? null : kindOf(locations, start + place);
}

/** The secret of a name or of its original; null when one of these is harmless. */
function kindOfName(
  name: string,
  any: RegExp,
  rules: readonly SecretRule[],
  harmless: RegExp,
): string | null {
  const forms = copyOf(name);
  const secret = forms.find((form) => any.test(form));
  if (secret === undefined || forms.some((form) => harmless.test(form))) return null;
  return kindOf(rules, secret);
}

function kindOf(rules: readonly SecretRule[], text: string): string | null {
  return rules.find(({ names }) => names.test(text))?.kind ?? null;
}
