// Lets Node run this project's TypeScript as it is: `node --import ./test/host/typescript.mjs FILE.ts`.
// Node strips the types itself; what is missing is the resolution of imports without an extension.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      return nextResolve(`${specifier}.ts`, context);
    }
  },
  load(url, context, nextLoad) {
    // package.json has no "type", because VS Code loads the bundles as CommonJS; the sources are modules.
    const isSource = url.startsWith('file:') && url.endsWith('.ts');
    return nextLoad(url, isSource ? { ...context, format: 'module-typescript' } : context);
  },
});
