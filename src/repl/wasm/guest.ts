import { type Authority, guestImports } from './guestImports';
import { GuestMemory } from './guestMemory';
import { type KernelImage, restoreImage } from './kernelImage';

export interface GuestOptions {
  /** Pyodide's Python without its data: the image has it. */
  readonly program: WebAssembly.Module;
  readonly image: KernelImage;
  /** How far the guest's memory may grow, in pages of 64 KiB. */
  readonly maxPages: number;
  readonly authority: Omit<Authority, 'callHandler'>;
}

/**
 * Goes on with the Python of an image. Returns when it has ended by itself, which a kernel does not.
 * @throws {Error} when it crashes: a trap, a stack overflow, a forbidden call.
 */
export function runGuest(options: GuestOptions): number {
  const { program, image, maxPages, authority } = options;
  const memory = new GuestMemory(maxPages);
  let table: WebAssembly.Table | null = null;
  const imports = guestImports(program, memory, {
    ...authority,
    callHandler(index, signal) {
      const handler = table?.get(index >>> 0);
      if (isFunction(handler)) handler(signal);
    },
  });
  const { exports } = new WebAssembly.Instance(program, imports);
  const { memory: linear, __indirect_function_table: functions, PyRun_SimpleString: run } = exports;
  if (
    !(linear instanceof WebAssembly.Memory) ||
    !(functions instanceof WebAssembly.Table) ||
    !isFunction(run)
  ) {
    throw new Error('This is not the Python that was expected.');
  }
  table = functions;
  memory.attach(linear);
  if (!memory.growTo(image.pageCount * 65_536)) throw new Error('There is not enough memory.');
  restoreImage(image, memory.bytes);
  appendTrampoline(image.trampoline, linear, functions);
  return run(image.start);
}

/** The image names it by its place: the first one after the functions that the program has itself. */
function appendTrampoline(
  bytes: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
  table: WebAssembly.Table,
): void {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory, __indirect_function_table: table },
  });
  table.set(table.grow(1), exports['trampoline_call']);
}

type GuestFunction = (...args: readonly number[]) => number;

function isFunction(value: unknown): value is GuestFunction {
  return typeof value === 'function';
}
