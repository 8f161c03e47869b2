/**
 * What the language servers of an editor can be asked. Files are absolute paths, as the editor names its
 * documents; lines and columns are 1-based, columns in UTF-16 units. Whoever asks bears with servers that
 * hang or fail: answers come late or reject with any error.
 */
export interface LanguageServers {
  /** Symbols of the whole workspace that go by a name, or something like it. */
  symbols(query: string, signal: AbortSignal): Promise<readonly ServerSymbol[]>;
  /** What a file declares, outer symbols first; null when no server answers for it. */
  outline(file: string, signal: AbortSignal): Promise<readonly ServerSymbol[] | null>;
  definition(at: ServerPlace, signal: AbortSignal): Promise<readonly ServerPlace[]>;
  references(at: ServerPlace, signal: AbortSignal): Promise<readonly ServerPlace[]>;
  /** The places that call what is there; null when no server answers for it. */
  callers(at: ServerPlace, signal: AbortSignal): Promise<readonly ServerCall[] | null>;
  /**
   * What is known to be wrong with a file, or, without one, with any. Null when nothing is known, and it may
   * be that nobody has looked.
   */
  diagnostics(
    file: string | null,
    signal: AbortSignal,
  ): Promise<readonly ServerDiagnostic[] | null>;
}

export interface ServerPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ServerSymbol extends ServerPlace {
  /** The last line of its body. */
  readonly end: number;
  readonly name: string;
  /** In one word, for example "class". */
  readonly kind: string;
  /** The symbol that it is in; "" for none. */
  readonly container: string;
}

export interface ServerCall extends ServerPlace {
  /** The function that the call is in. */
  readonly caller: string;
}

export interface ServerDiagnostic extends ServerPlace {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** Who says so, for example "ts 2304"; "" when that is not known. */
  readonly source: string;
}
