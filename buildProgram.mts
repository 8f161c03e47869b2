import { basename } from 'node:path';
import { build, type Metafile, transform } from 'esbuild';

/** What all bundles have in common. */
export const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
} as const;

export interface ProgramOptions {
  /** The folder of the program. */
  readonly outdir: string;
  readonly production: boolean;
}

/** A program as it is to be written. */
export interface BuiltProgram {
  readonly files: readonly { readonly path: string; readonly contents: Buffer }[];
  /** What esbuild says of the modules. */
  readonly metafile: Metafile;
}

/**
 * Bundles a program in pieces, which are loaded when they are needed: NAME.js, and the rest in a folder NAME.
 * esbuild splits modules only. They are made into scripts here, since those start faster: V8's cache has
 * them compiled, and Node's loader of modules is not set up.
 */
export async function buildProgram(
  name: string,
  entry: string,
  { outdir, production }: ProgramOptions,
): Promise<BuiltProgram> {
  // Less to read. A build for developers keeps the names, which stacks of errors show.
  const smaller = { minifyWhitespace: true, minifySyntax: true, minifyIdentifiers: production };
  const { metafile, outputFiles } = await build({
    ...common,
    ...smaller,
    entryPoints: { [name]: entry },
    outdir,
    format: 'esm',
    splitting: true,
    chunkNames: `${name}/[name]-[hash]`,
  });
  const files = outputFiles.map(async ({ path, text }) => {
    const { code } = await transform(text, {
      ...smaller,
      format: 'cjs',
      platform: common.platform,
      target: common.target,
      supported: { 'dynamic-import': false },
      sourcefile: basename(path),
    });
    return { path, contents: Buffer.from(code) };
  });
  return { metafile, files: await Promise.all(files) };
}
