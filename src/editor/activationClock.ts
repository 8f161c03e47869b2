/**
 * Time that the extension host's thread has spent working, in ms: what else a busy machine does meanwhile
 * is not ours. An older Node only knows it of all threads together.
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
