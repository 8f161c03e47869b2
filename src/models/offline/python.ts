/** A Python literal for a text or a number, or a list or dict of them. */
export function pythonLiteral(value: PythonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`,
  );
  return `{${entries.join(', ')}}`;
}

export type PythonValue =
  | string
  | number
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

function isList(value: PythonValue): value is readonly PythonValue[] {
  return Array.isArray(value);
}
