/**
 * The part of the WebAssembly JavaScript API that is used here; the compiler knows it only together with
 * everything else of a browser.
 */
declare namespace WebAssembly {
  interface ModuleImport {
    readonly module: string;
    readonly name: string;
    readonly kind: 'function' | 'table' | 'memory' | 'global' | 'tag';
  }

  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): ModuleImport[];
  }

  class Instance {
    constructor(
      module: Module,
      imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    );
    readonly exports: Readonly<Record<string, unknown>>;
  }

  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    /** @throws {RangeError} when there is no more. */
    grow(pages: number): number;
  }

  class Table {
    readonly length: number;
    get(index: number): unknown;
    set(index: number, value: unknown): void;
    grow(count: number): number;
  }

  class Global {
    constructor(descriptor: { value: 'i32'; mutable: boolean }, value: number);
    value: number;
  }

  class RuntimeError extends Error {}
}
