/** A text or a number, or a list or dict of them. */
export type PythonValue =
  | string
  | number
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** Gives one piece of a Python file, with values in the place of those at its head (`NAME = ""`). */
export type PythonPieces = (
  name: string,
  values?: { readonly [name: string]: PythonValue },
) => string;

/**
 * Takes one of the files in `cells/` apart. A piece goes from its line `# %% NAME` to the next one; what
 * stands above the first piece is in no cell.
 * @throws {Error} from what it returns, for a piece or a value that the file does not have.
 */
export function piecesOf(file: string): PythonPieces {
  const [, ...parts] = file.split(/^# %% (.+)\n/m);
  return (name, values = {}) => {
    const at = parts.indexOf(name);
    const piece = at % 2 === 0 ? parts[at + 1] : undefined;
    if (piece === undefined) throw new Error(`The Python file has no piece "${name}".`);
    return withValues(piece.trimEnd(), values);
  };
}

/** Puts pieces together to one cell. */
export function cellOf(...pieces: readonly string[]): string {
  return pieces.join('\n\n');
}

function withValues(piece: string, values: { readonly [name: string]: PythonValue }): string {
  const missing = new Set(Object.keys(values));
  const filled = piece.replaceAll(/^([A-Z_]+) = .*?(?= {2}#|$)/gm, (line, name: string) => {
    const value = values[name];
    if (value === undefined || !missing.delete(name)) return line;
    return `${name} = ${pythonLiteral(value)}`;
  });
  if (missing.size > 0) throw new Error(`The Python takes no value ${[...missing].join(', ')}.`);
  return filled;
}

function pythonLiteral(value: PythonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`,
  );
  return `{${entries.join(', ')}}`;
}

function isList(value: PythonValue): value is readonly PythonValue[] {
  return Array.isArray(value);
}
