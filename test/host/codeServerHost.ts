import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { installedCodeServer } from './codeServer';
import { ProcessGroup } from './processGroup';
import { runProgram } from './runProgram';

/** How long a code-server may take until it listens, in ms; it is 1 s on a fast machine. */
const START_LIMIT = 60_000;

export interface CodeServerOptions {
  /** An empty folder that it may fill: user data, extensions, its own configuration. */
  readonly home: string;
  /** The user's settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings that only the machine may say: in a window like this they have a file of their own. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Extensions that it has: `.vsix` files are installed, folders are used where they are. */
  readonly extensions?: readonly string[];
  /**
   * Lets the page's address name an extension under development and its tests. VS Code then shows no
   * toasts, they only go to its notification center.
   */
  readonly isDriven?: boolean;
  /** Environment variables for the extension host, added to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running code-server on a loopback port of its own. */
export interface CodeServerHost extends AsyncDisposable {
  /** Its origin, `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** `127.0.0.1:PORT`: the authority of `vscode-remote://` addresses. */
  readonly authority: string;
  /** Folder that installed extensions are in. */
  readonly extensionsFolder: string;
  /** Resolves, in words, when it ended: by itself after ten minutes without a window, or by being disposed. */
  readonly ended: Promise<string>;
  /** What the server and its extension hosts wrote to their logs; for failure messages. */
  logs(): Promise<string>;
}

/** Settings that keep a test's window quiet; what a test passes goes over them. */
const QUIET_SETTINGS = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  // In a browser VS Code saves after a second by itself; tests that leave something unsaved would race it.
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Starts a code-server whose only state is in `home` and that nothing but this machine can reach. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServerHost> {
  const entry = await installedCodeServer();
  const userData = join(options.home, 'user-data');
  const extensions = join(options.home, 'extensions');
  await mkdir(extensions, { recursive: true });
  await writeSettings(join(userData, 'User'), { ...QUIET_SETTINGS, ...options.settings });
  await writeSettings(join(userData, 'Machine'), options.machineSettings ?? {});

  const env = hostEnvironment(options);
  await mkdir(env.TMPDIR);
  const folders = ['--user-data-dir', userData, '--extensions-dir', extensions];
  for (const extension of options.extensions ?? []) {
    if (extension.endsWith('.vsix')) {
      const install = [entry, ...folders, '--install-extension', extension];
      await runProgram(process.execPath, install, { env, extendEnv: false });
    } else {
      await symlink(extension, join(extensions, basename(extension)));
    }
  }

  const server = new ProcessGroup(
    process.execPath,
    [
      entry,
      ...folders,
      ...['--config', join(options.home, 'config.yaml')],
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      // A net below ProcessGroup: alone and unconnected, it ends by itself.
      ...['--idle-timeout-seconds', '600'],
      // Without this a built VS Code ignores what the address says of extensions under development.
      ...(options.isDriven === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { env },
  );
  try {
    const listening = /HTTP server listening on http:\/\/(127\.0\.0\.1:\d+)/;
    const [, authority = ''] = await server.waitFor(listening, START_LIMIT);
    return {
      origin: `http://${authority}`,
      authority,
      extensionsFolder: extensions,
      ended: server.ended,
      logs: async () => `${server.output}\n${await readLogs(userData)}`,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

/** This process' environment without its keys and endpoints, so that no test asks a paid model. */
function hostEnvironment(options: CodeServerOptions) {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(OPENAI|ANTHROPIC|FATHOM|VSCODE|ELECTRON|npm|VITEST)_/i.test(name)
      ? []
      : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    XDG_CONFIG_HOME: join(options.home, 'config'),
    XDG_DATA_HOME: join(options.home, 'data'),
    XDG_RUNTIME_DIR: options.home, // Sockets.
    TMPDIR: join(options.home, 'tmp'),
    EXTENSIONS_GALLERY: '{}', // No marketplace: nothing to look up, nothing to wait for.
    ...options.env,
  };
}

async function readLogs(userData: string): Promise<string> {
  const folder = join(userData, 'logs');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const interesting = names.filter((name) => /(remoteexthost|fathom)[^/]*\.log$/i.test(name));
  const texts = interesting.map(async (name) => {
    const text = await readFile(join(folder, name), 'utf8');
    return text.trim() === '' ? '' : `--- ${name}\n${text}`;
  });
  return (await Promise.all(texts)).join('\n');
}
