import { buildWasmKernel } from '../../../src/repl/wasm/buildKernel.mjs';

/** Makes what wasm kernels start from before any test asks for it: the first time that takes seconds. */
export default async function setup(): Promise<void> {
  await buildWasmKernel({ minify: false });
}
