/**
 * Time that the extension host's thread has spent working, in ms: what else a busy machine does meanwhile
 * is not ours. Systems count it in steps of up to 16 ms; an older Node knows it of all threads together only.
 */
export function workedMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * When the extension's bundle began to run, as `workedMs` has it. The first import of `extension.ts`, so
 * that what activation costs counts the loading of everything else.
 */
export const startedAt = workedMs();
