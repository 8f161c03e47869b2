import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait for another process that is installing, in ms. */
const PATIENCE = 15 * 60_000;

/**
 * Fills the folder `target` once, however many processes ask for it at the same time and whenever they
 * are killed. `install` works in a folder of its own that is renamed when it is complete, so what is at
 * `target` is always whole; the lock only saves doing the work twice. What killed attempts left behind is
 * removed.
 */
export async function installOnce(
  target: string,
  install: (folder: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await removeUnfinished(target);
  if (await exists(target)) return;
  const lock = `${target}.lock`;
  const unfinished = `${target}.${process.pid}.unfinished`;
  await acquire(lock);
  try {
    if (await exists(target)) return; // Another process was faster.
    await mkdir(unfinished);
    await install(unfinished);
    await rename(unfinished, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(lock, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function removeUnfinished(target: string): Promise<void> {
  const folder = dirname(target);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(target)}.`) || !name.endsWith('.unfinished')) continue;
    const maker = Number(name.split('.').at(-2));
    if (!isAlive(maker)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Waits until this process holds the lock file. One whose process is gone is taken over. */
async function acquire(lock: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      await using file = await open(lock, 'wx');
      await file.writeFile(String(process.pid));
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `Another process has been installing for too long. If none is, delete ${lock}.`,
      );
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => String(process.pid)));
    const isAbandoned = holder === 0 ? await isOld(lock) : !isAlive(holder);
    if (isAbandoned) await rm(lock, { force: true });
    await delay(200);
  }
}

/** A lock file without a holder's id was left by a process that was killed while writing it. */
async function isOld(lock: string): Promise<boolean> {
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > 10_000;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
