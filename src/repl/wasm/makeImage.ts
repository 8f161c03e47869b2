// A step of the build: `node makeImage.js PYODIDE_FOLDER RUNTIME_FOLDER LIBRARY TARGET_FOLDER` starts Pyodide, lets
// it import all that kernels need, and writes what they start from: python.wasm, python.image, python.library.
// LIBRARY.library and LIBRARY.index are the compiled library; they are made if they are not there.
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeImage } from './kernelImage';
import { preloadedModules } from './preloadedModules';
import { withoutData } from './wasmSections';

/** What is used of the module that Pyodide's glue code makes. */
interface PyodideModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  readonly ENV: Record<string, string>;
  readonly FS: {
    mkdirTree(path: string): void;
    chdir(path: string): void;
    writeFile(path: string, data: Uint8Array): void;
    readFile(path: string): Uint8Array;
  };
  _malloc(bytes: number): number;
  _PyRun_SimpleString(address: number): number;
  /** Addresses of variables of the program. */
  readonly __PyRuntime: number;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
}

const [pyodideFolder = '', runtimeFolder = '', library = '', targetFolder = ''] =
  process.argv.slice(2);
const libraryFiles = ['library', 'index'] as const;
const libraryExists = libraryFiles.every((kind) => existsSync(`${library}.${kind}`));
const program = readFileSync(join(pyodideFolder, 'pyodide.asm.wasm'));

/** The modules that the glue code makes up while it starts; one of them is the trampoline. */
const modules = spyOnModules();
const { python, tableLength } = await startPyodide();
const start = prepare(python);
const trampoline = modules.findLast((bytes) => bytes.includes('trampoline_call'));
if (trampoline === undefined) {
  throw new Error('Pyodide has no trampoline any more; see makeImage.ts.');
}
// In kernels the trampoline is the first function after the program's own.
python.HEAP32[(python.__PyRuntime + trampolineOffset(python)) / 4] = tableLength;
// Has the interpreter ask now and then whether a signal is due.
python.HEAPU8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;

writeFileSync(join(targetFolder, 'python.wasm'), withoutData(program));
writeFileSync(
  join(targetFolder, 'python.image'),
  Buffer.concat(encodeImage(python.HEAPU8, start, trampoline)),
);
writeFileSync(join(targetFolder, 'python.library'), python.FS.readFile('/python.library'));
if (!libraryExists) {
  for (const kind of libraryFiles) {
    // Other processes may do the same; what has its name is whole.
    const unfinished = join(targetFolder, `unfinished.${kind}`);
    writeFileSync(unfinished, python.FS.readFile(`/python.${kind}`));
    renameSync(unfinished, `${library}.${kind}`);
  }
}

function trampolineOffset({
  HEAP32,
  __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: at,
}: PyodideModule): number {
  const offset = HEAP32[at / 4];
  if (offset === undefined)
    throw new Error('Pyodide has no trampoline any more; see makeImage.ts.');
  return offset;
}

/** Starts Pyodide's Python, but not its bridge to JavaScript. */
async function startPyodide(): Promise<{ python: PyodideModule; tableLength: number }> {
  const glue = pathToFileURL(join(pyodideFolder, 'pyodide.asm.mjs')).href;
  const { default: createPyodideModule } = await import(glue);
  let tableLength = 0;
  const python: PyodideModule = await createPyodideModule({
    API: {
      config: { jsglobals: globalThis, env: {}, args: [], enableRunUntilComplete: false },
      runtimeEnv: { IN_NODE: true },
    },
    thisProgram: 'python',
    arguments: [],
    noImageDecoding: true,
    noAudioDecoding: true,
    locateFile: (name: string) => join(pyodideFolder, name),
    instantiateWasm(
      imports: Record<string, Record<string, unknown>>,
      receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) {
      const module = new WebAssembly.Module(program);
      // Functions of a bridge that is not built.
      imports['env'] = {
        ...imports['env'],
        Jsv_GetError_import: () => null,
        JsvError_Check: () => 0,
      };
      const instance = new WebAssembly.Instance(module, imports);
      const { __indirect_function_table: table } = instance.exports;
      if (table instanceof WebAssembly.Table) tableLength = table.length;
      receive(instance, module);
      return instance.exports;
    },
    preRun: [
      ({ FS, ENV }: PyodideModule) => {
        FS.mkdirTree('/lib/python3.14/site-packages');
        FS.mkdirTree('/lib/python3.14/lib-dynload');
        FS.writeFile('/lib/python314.zip', readFileSync(join(pyodideFolder, 'python_stdlib.zip')));
        FS.mkdirTree('/runtime/fathom');
        for (const name of readdirSync(join(runtimeFolder, 'fathom'))) {
          if (!name.endsWith('.py')) continue;
          FS.writeFile(
            `/runtime/fathom/${name}`,
            readFileSync(join(runtimeFolder, 'fathom', name)),
          );
        }
        if (libraryExists) {
          for (const kind of libraryFiles) {
            FS.writeFile(`/python.${kind}`, readFileSync(`${library}.${kind}`));
          }
        }
        Object.assign(ENV, { HOME: '/', PYTHONHASHSEED: '0' });
      },
    ],
  });
  return { python, tableLength };
}

/** Runs image.py, and returns the address of the code that a kernel goes on with. */
function prepare(python: PyodideModule): number {
  const script = readFileSync(join(runtimeFolder, 'image.py'), 'utf8');
  const options = [
    `PRELOAD = ${JSON.stringify(preloadedModules.join(' '))}`,
    `COMPILE_LIBRARY = ${libraryExists ? 'False' : 'True'}`,
    '',
  ];
  if (python._PyRun_SimpleString(text(python, options.join('\n') + script)) !== 0) {
    throw new Error('image.py failed; what it said is above.');
  }
  return text(python, 'from fathom.wasm import main; main()');
}

/** A C string. */
function text(python: PyodideModule, value: string): number {
  const bytes = Buffer.from(`${value}\0`);
  const address = python._malloc(bytes.length);
  python.HEAPU8.set(bytes, address);
  return address;
}

function spyOnModules(): Buffer[] {
  const made: Buffer[] = [];
  WebAssembly.Module = class extends WebAssembly.Module {
    constructor(bytes: Uint8Array) {
      super(bytes);
      made.push(Buffer.from(bytes));
    }
  };
  return made;
}
