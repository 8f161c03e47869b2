import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPyodide } from 'pyodide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWasmKernel } from '../../../src/repl/wasm/buildKernel.mjs';
import { guestImports } from '../../../src/repl/wasm/guestImports';
import { GuestMemory } from '../../../src/repl/wasm/guestMemory';
import { wasmKernels } from '../../../src/repl/wasm/wasmKernel';
import type { Attack } from './attacks/attack';
import { attacksOnFiles } from './attacks/attackFiles';
import { attacksOnNetwork } from './attacks/attackNetwork';
import { attacksOnProcesses } from './attacks/attackProcesses';
import { type AttackWorld, makeAttackWorld } from './attacks/attackWorld';
import { Attacker } from './attacks/runAttack';

/** Turns the courtesy off that explains what is missing: what refuses then is the wall. */
const unexplained = 'import fathom.manners\nfathom.manners._REASONS.clear()\n';

/** Ways out of Pyodide. Each succeeds, or could be gone on with, where Pyodide runs as it comes. */
const attacksOnPyodide: readonly Attack[] = [
  { name: 'import js', code: 'import js\nreturn js.process.version' },
  { name: 'import pyodide_js', code: 'import pyodide_js\nreturn pyodide_js.FS' },
  { name: 'NODEFS', code: 'import pyodide_js\npyodide_js.mountNodeFS("/mnt", "/")\nreturn True' },
  {
    name: 'NodeSockFS',
    code: 'import pyodide_js\npyodide_js._api.initializeNodeSockFS()\nreturn True',
  },
  {
    name: 'Function',
    code: 'import js\nreturn js.Function.new("return process.pid")()',
  },
  { name: 'eval', code: 'import js\nreturn js.eval("process.pid")' },
  { name: 'run_js', code: 'from pyodide.code import run_js\nreturn run_js("process.pid")' },
  { name: 'process.binding', code: 'import js\nreturn js.process.binding("spawn_sync")' },
  { name: 'fetch', code: 'from pyodide.http import pyfetch\nreturn pyfetch' },
  { name: 'ffi', code: 'from pyodide.ffi import JsProxy, create_proxy\nreturn create_proxy(len)' },
  { name: 'the core module', code: 'import _pyodide_core\nreturn dir(_pyodide_core)' },
  {
    name: 'the core module past the import system',
    code: 'import _imp, sys\nfrom importlib.machinery import BuiltinImporter, ModuleSpec\nm = _imp.create_builtin(ModuleSpec("_pyodide_core", BuiltinImporter))\n_imp.exec_builtin(m)\nreturn m',
  },
  {
    name: 'a JavaScript object somewhere in memory',
    code: `import gc, sys
found = [type(o) for o in gc.get_objects() if "Js" in type(o).__name__ or "yodide" in type(o).__module__]
found += [name for name in sys.modules if "yodide" in name or name == "js"]
return found`,
  },
  {
    name: 'a class of the bridge',
    code: 'todo = [object]\nseen = set()\nwhile todo:\n    c = todo.pop()\n    if c in seen: continue\n    seen.add(c)\n    todo += type.__subclasses__(c)\nreturn [c for c in seen if c.__name__.startswith("Js")]',
  },
  {
    name: 'ctypes',
    code: 'import ctypes\nreturn ctypes.CDLL(None).getpid()',
  },
  {
    name: '_ctypes past the import system',
    code: 'import _imp\nfrom importlib.machinery import BuiltinImporter, ModuleSpec\nm = _imp.create_builtin(ModuleSpec("_ctypes", BuiltinImporter))\n_imp.exec_builtin(m)\nreturn m.dlopen(None, 0) and m.call_function(m.dlsym(m.dlopen(None, 0), "getpid"), ())',
  },
  {
    name: 'os.system',
    code: 'import os\nreturn os.system("echo") == 0',
  },
  {
    name: 'a descriptor that nobody gave',
    code: `import os
for fd in range(7, 64):
    try:
        os.fstat(fd)
        return fd
    except OSError: pass`,
  },
  {
    name: 'duplicating the line to the host',
    code: 'import os\nreturn os.dup(4) > 6',
  },
  {
    name: 'writing where only reading is meant',
    code: 'import os\nreturn os.write(5, b"x") or os.write(3, b"x")',
  },
  {
    name: 'the environment',
    code: 'import os, posix\nreturn dict(os.environ) or posix.environ.get(b"PATH")',
  },
];

describe('the same in Pyodide as it comes', () => {
  let pyodide: Awaited<ReturnType<typeof loadPyodide>>;
  beforeAll(async () => {
    pyodide = await loadPyodide();
  }, 60_000);

  it.each(['import js', 'Function', 'eval', 'run_js', 'process.binding', 'a class of the bridge'])(
    'succeeds: %s',
    (wanted) => {
      const code = attacksOnPyodide.find(({ name }) => name === wanted)?.code ?? '';
      const body = code.replaceAll('\n', '\n    ');
      pyodide.runPython(`def attempt():\n    ${body}`);
      expect(pyodide.runPython('bool(attempt())')).toBe(true);
    },
  );
});

describe('attacks on a wasm kernel', () => {
  let world: AttackWorld;
  let attacker: Attacker;
  beforeAll(async () => {
    world = await makeAttackWorld(import.meta.filename);
    attacker = new Attacker(wasmKernels({ folder: await buildWasmKernel({ minify: false }) }));
  });
  afterAll(async () => {
    await attacker[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  // Their controls are in attacks.test.ts.
  const general = [...attacksOnFiles, ...attacksOnNetwork, ...attacksOnProcesses].filter(
    // Memory of WebAssembly holds no machine code, whatever `mmap` is told.
    ({ endsKernel, name }) => endsKernel !== true && name !== 'executable memory',
  );
  it.each([...attacksOnPyodide, ...general])('fails: $name', async (attack) => {
    const bare = { ...attack, code: unexplained + attack.code };
    const { reached, how } = await attacker.run(bare, world.targets);
    expect(reached, how).toBe(false);
  });
});

describe('the imports of the guest', () => {
  it('are all ours, and refuse unless they are meant to be there', async () => {
    const folder = await buildWasmKernel({ minify: false });
    const program = new WebAssembly.Module(readFileSync(join(folder, 'python.wasm')));
    const refused = (): never => {
      throw new Error('Nothing of the host may be reached by a refused call.');
    };
    const imports = guestImports(program, new GuestMemory(1), {
      receive: refused,
      poll: refused,
      sleep: refused,
      send: refused,
      print: refused,
      library: new Uint8Array(0),
      setTimer: refused,
      dropSignals: refused,
      takeSignal: refused,
      callHandler: refused,
      exit: refused,
    });
    const reaching = Object.entries(imports['env'] ?? {}).filter(
      ([name, call]) =>
        /syscall.*(open|socket|connect|bind|listen|accept|send|recv|mkdir|unlink|rename|symlink|chmod|chown|truncate|dup|pipe)/.test(
          name,
        ) && typeof call === 'function',
    );
    expect(reaching.length).toBeGreaterThan(15);
    for (const [name, call] of reaching) {
      expect(typeof call === 'function' ? call(0, 0, 0, 0, 0, 0) : null, name).toBe(-63);
    }
    for (const name of [
      'emscripten_asm_const_int',
      'raw_call_js',
      'JsvFunction_Construct',
      'ffi_call_js',
    ]) {
      const call = imports['env']?.[name];
      expect(() => (typeof call === 'function' ? call(0, 0, 0) : null), name).toThrow(
        'does not exist here',
      );
    }
  });
});
