/**
 * CPU time of the extension host's thread, in ms, so that other work of a busy machine does not count. Systems
 * count it in steps of up to 16 ms. Older versions of Node know only the sum of all threads.
 */
export function workedMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * When the extension's bundle began to run, by `workedMs`. It must be the first import of `extension.ts`, so that
 * loading everything else counts.
 */
export const startedAt = workedMs();
