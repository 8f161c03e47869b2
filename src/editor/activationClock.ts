/**
 * When the extension's bundle began to run, as `performance.now()` has it. The first import of
 * `extension.ts`, so that the time of activation counts the loading of everything else.
 */
export const startedAt = performance.now();
