/** The text of a Python file, as esbuild and Vitest import it. */
declare module '*.py' {
  const text: string;

  export = text;
}
