import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { KernelKind } from './kernel';
import type { ProbeResult } from './selfTest';

const passedSelfTest = z.object({
  /** All on which the result depends. */
  key: z.array(z.string()),
  recipe: z.unknown(),
  probes: z.array(z.object({ name: z.string(), reachable: z.literal(false), how: z.string() })),
  note: z.string().nullable(),
});

/** Raised when what the host does to confine a kernel changes: then everyone tests again. */
const generation = '1';

/** What was tested. */
export interface TestedProgram {
  readonly kind: KernelKind;
  readonly executable: string;
  readonly version: string;
  /** Another runtime in it has another one. */
  readonly fingerprint: string;
}

/** Where the result of a self-test is kept. */
export interface SelfTestPlace {
  /** Null: it is not kept, so that it is made each time. */
  readonly stateFolder: string | null;
  /** The version of Fathom. */
  readonly version: string;
}

/** A self-test that was passed, and how the kernel was confined. */
export interface PassedSelfTest<Recipe> {
  readonly recipe: Recipe;
  readonly probes: readonly ProbeResult[];
  /** Which further wall is missing; null when none is. */
  readonly note: string | null;
}

/**
 * Remembers per program and machine that the self-test was passed. Failures are not remembered: they may
 * pass, and testing again is the safe side. Another program, operating system, Fathom or runtime tests
 * again, and so does a file that can't be read.
 */
export class SelfTestMemory<Recipe> {
  readonly #program: TestedProgram;
  readonly #recipe: z.ZodType<Recipe>;
  readonly #place: SelfTestPlace;

  /** @param recipe makes sure that what was kept is what was remembered. */
  constructor(program: TestedProgram, recipe: z.ZodType<Recipe>, place: SelfTestPlace) {
    this.#program = program;
    this.#recipe = recipe;
    this.#place = place;
  }

  /** What was remembered, or null. */
  async recall(): Promise<PassedSelfTest<Recipe> | null> {
    const entry = await this.#entry();
    if (entry === null) return null;
    try {
      const found = passedSelfTest.parse(JSON.parse(await readFile(entry.file, 'utf8')));
      if (JSON.stringify(found.key) !== JSON.stringify(entry.key)) return null;
      return { ...found, recipe: this.#recipe.parse(found.recipe) };
    } catch {
      // Never tested, or not readable any more: tested again.
      return null;
    }
  }

  /** Writes it down. That it can't be written down is no harm: the next start tests again. */
  async remember(passed: PassedSelfTest<Recipe>): Promise<void> {
    const entry = await this.#entry();
    const { stateFolder } = this.#place;
    if (entry === null || stateFolder === null) return;
    const temporary = `${entry.file}.${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(stateFolder, { recursive: true });
      const text = JSON.stringify({ key: entry.key, ...passed }, null, 1);
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, entry.file);
    } catch {
      return;
    }
  }

  async #entry(): Promise<{ readonly key: readonly string[]; readonly file: string } | null> {
    const { kind, executable, version, fingerprint } = this.#program;
    const { stateFolder } = this.#place;
    if (stateFolder === null) return null;
    try {
      const program = await realpath(executable);
      const { mtimeMs, size } = await stat(program);
      // Another user, root above all, may be confined in other ways.
      const user = String(process.getuid?.() ?? '');
      const key = [
        generation,
        executable,
        program,
        String(mtimeMs),
        String(size),
        version,
        fingerprint,
        process.platform,
        process.arch,
        release(),
        user,
        this.#place.version,
      ];
      // One file per program, so that they don't pile up.
      const place = JSON.stringify([kind, executable, user]);
      const name = createHash('sha256').update(place).digest('hex').slice(0, 32);
      return { key, file: join(stateFolder, `self-test-${name}.json`) };
    } catch {
      return null;
    }
  }
}
