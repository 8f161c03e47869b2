import { randomFillSync } from 'node:crypto';
import { clockCalls } from './clockCalls';
import { descriptorCalls, type Ports } from './descriptors';
import { errno } from './errno';
import type { GuestMemory } from './guestMemory';

/** What a guest may use besides its memory. */
export interface Authority extends Ports {
  /** The number of a signal that is due, or 0. Called every few hundred steps of the interpreter. */
  readonly takeSignal: () => number;
  /** Calls the guest's own signal handler at this place of its table. */
  readonly callHandler: (index: number, signal: number) => void;
  readonly exit: (code: number) => never;
}

/** The guest called what no honest code calls: a part of Pyodide that reaches into JavaScript. */
class ForbiddenCallError extends Error {
  override readonly name = 'ForbiddenCallError';
}

type Imports = Record<string, Record<string, unknown>>;

/**
 * The functions that a Python of Pyodide imports, all of them ours: the boundary of the sandbox. Code in the
 * guest may call each of them with any arguments, at any time. Those that are not named in this folder
 * refuse: system calls with an error number, whatever else by ending the guest. So there are no files,
 * sockets, processes or shared libraries, and no JavaScript object ever gets in.
 */
export function guestImports(
  module: WebAssembly.Module,
  memory: GuestMemory,
  authority: Authority,
): Imports {
  const allowed = new Map(Object.entries(allowedCalls(memory, authority)));
  const imports: Imports = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    imports[space] ??= {};
    imports[space][name] =
      // Addresses of functions for graphics and consoles, which are called nowhere.
      kind === 'global'
        ? new WebAssembly.Global({ value: 'i32', mutable: true }, 0)
        : (allowed.get(name) ?? refusal(space, name));
  }
  return imports;
}

function allowedCalls(
  memory: GuestMemory,
  authority: Authority,
): Readonly<Record<string, unknown>> {
  const nothing = (): number => 0;
  const missing = (): number => -errno.noEntry;
  const abort = (): never => {
    throw new ForbiddenCallError('Fatal Python error: it was aborted');
  };
  return {
    ...clockCalls(memory),
    ...descriptorCalls(memory, authority),
    // Memory and chance.
    emscripten_resize_heap: (bytes: number) => (memory.growTo(bytes >>> 0) ? 1 : 0),
    emscripten_get_heap_max: () => memory.maxBytes,
    random_get: (address: number, length: number) => {
      randomFillSync(memory.bytes, address >>> 0, length >>> 0);
      return 0;
    },
    // Signals.
    _Py_CheckEmscriptenSignals_Helper: authority.takeSignal,
    __call_sighandler: authority.callHandler,
    _setitimer_js: (which: number, milliseconds: number) => {
      if (which !== 0) return -1;
      authority.setTimer(milliseconds);
      return 0;
    },
    // An environment without variables, a user without rights, a file system without files.
    environ_sizes_get: (count: number, size: number) => {
      memory.view.setUint32(count >>> 0, 0, true);
      memory.view.setUint32(size >>> 0, 0, true);
      return 0;
    },
    environ_get: nothing,
    __syscall_getuid32_js: () => 65_534,
    __syscall_umask_js: () => 0o022,
    __syscall_getcwd: (address: number, size: number) => {
      if (size < 2) return -errno.invalid;
      memory.bytes.set([0x2f, 0], address >>> 0);
      return 2;
    },
    __syscall_stat64: missing,
    __syscall_lstat64: missing,
    __syscall_newfstatat: missing,
    __syscall_faccessat: missing,
    __syscall_readlinkat: missing,
    // Parts of Pyodide's own that look for sockets of JavaScript before they make a system call.
    _try_fcntl64: nothing,
    _try_shutdown: nothing,
    _maybe_connect_async: () => null,
    _maybe_recvfrom_async: () => null,
    _maybe_sendto_async: () => null,
    _maybe_poll_async: () => null,
    // The end.
    emscripten_runtime_keepalive_push: nothing,
    emscripten_runtime_keepalive_pop: nothing,
    exit: authority.exit,
    proc_exit: authority.exit,
    _abort_js: abort,
    __assert_fail: abort,
  };
}

/** What stands in for a function that the guest does not get. */
function refusal(space: string, name: string): (...args: readonly unknown[]) => unknown {
  if (name.startsWith('__syscall_')) return () => -errno.notPermitted;
  if (space === 'wasi_snapshot_preview1') return () => errno.notSupported;
  const failing = failures.get(name);
  if (failing !== undefined) return () => failing;
  return () => {
    throw new ForbiddenCallError(`Python called ${name}, which does not exist here.`);
  };
}

/** Functions that ordinary code may come to call, with what they return when they fail. */
const failures: ReadonlyMap<string, number> = new Map([
  ['_emscripten_system', -1],
  ['_dlopen_js', 0],
  ['_dlsym_js', 0],
  ['_mmap_js', -errno.notSupported],
  ['_munmap_js', -errno.notSupported],
  ['_msync_js', -errno.notSupported],
  ['getaddrinfo', -4],
  ['getnameinfo', -4],
  ['getprotobyname', 0],
  ['_emscripten_lookup_name', 0],
  ['_Py_emscripten_runtime', 0],
  ['ffi_closure_alloc_js', 0],
  ['ffi_prep_closure_loc_js', 2],
]);
