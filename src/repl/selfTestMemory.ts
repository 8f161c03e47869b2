import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { homedir, release } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { confinementRecipe } from './chooseConfinement';
import type { Interpreter } from './interpreter';

const passedSelfTest = z.object({
  /** All on which the result depends. */
  key: z.array(z.string()),
  recipe: confinementRecipe,
  probes: z.array(z.object({ name: z.string(), reachable: z.literal(false), how: z.string() })),
  note: z.string().nullable(),
});

/** Raised when what the host does to confine a kernel changes: then everyone tests again. */
const generation = '1';

/** Where programs of this user keep what they can do without: XDG_STATE_HOME and its like. */
export function defaultStateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  switch (process.platform) {
    case 'win32':
      return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'fathom');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'fathom');
    default:
      return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'fathom');
  }
}

/** A self-test that was passed, and with which confinement. */
export type PassedSelfTest = Omit<z.infer<typeof passedSelfTest>, 'key'>;

/** A passed self-test as it is handed in. */
export interface SelfTestRecord {
  readonly recipe: PassedSelfTest['recipe'];
  readonly probes: readonly { readonly name: string; readonly how: string }[];
  readonly note: string | null;
}

/**
 * Remembers per interpreter and machine that the self-test was passed. Failures are not remembered:
 * they may pass, and testing again is the safe side. Another interpreter, operating system, Fathom or
 * runtime tests again, and so does a file that can't be read.
 */
export class SelfTestMemory {
  readonly #options: {
    readonly interpreter: Interpreter;
    readonly stateFolder: string | null;
    readonly version: string;
  };

  constructor(options: {
    readonly interpreter: Interpreter;
    readonly stateFolder: string | null;
    readonly version: string;
  }) {
    this.#options = options;
  }

  /** What was remembered, or null. */
  async recall(): Promise<PassedSelfTest | null> {
    const place = await this.#place();
    if (place === null) return null;
    try {
      const found = passedSelfTest.parse(JSON.parse(await readFile(place.file, 'utf8')));
      if (JSON.stringify(found.key) !== JSON.stringify(place.key)) return null;
      if (found.recipe.name === 'bubblewrap') await stat(found.recipe.program);
      return found;
    } catch {
      // Never tested, or not readable any more: tested again.
      return null;
    }
  }

  /** Writes it down. That it can't be written down is no harm: the next start tests again. */
  async remember(record: SelfTestRecord): Promise<void> {
    const place = await this.#place();
    const { stateFolder } = this.#options;
    if (place === null || stateFolder === null) return;
    const temporary = `${place.file}.${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(stateFolder, { recursive: true });
      const text = JSON.stringify({ key: place.key, ...record }, null, 1);
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, place.file);
    } catch {
      return;
    }
  }

  async #place(): Promise<{ readonly key: readonly string[]; readonly file: string } | null> {
    const { interpreter, stateFolder, version } = this.#options;
    if (stateFolder === null) return null;
    try {
      const program = await realpath(interpreter.executable);
      const { mtimeMs, size } = await stat(program);
      // Another user, root above all, may be confined in other ways.
      const user = String(process.getuid?.() ?? '');
      const key = [
        generation,
        interpreter.executable,
        program,
        String(mtimeMs),
        String(size),
        interpreter.version,
        createHash('sha256').update(interpreter.runtime).digest('hex'),
        process.platform,
        process.arch,
        release(),
        user,
        version,
      ];
      // One file per interpreter, so that they don't pile up.
      const place = JSON.stringify([interpreter.executable, user]);
      const name = createHash('sha256').update(place).digest('hex').slice(0, 32);
      return { key, file: join(stateFolder, `self-test-${name}.json`) };
    } catch {
      return null;
    }
  }
}
