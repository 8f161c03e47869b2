// The entry of dist/ask.js. It imports next to nothing: what is loaded from here on, V8 has compiled before.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { compiledFolder } from './userFolders';

const { env, platform } = process;
// A Node that is older than this has none. One that can't write it goes on without.
enableCompileCache?.(compiledFolder({ env, home: homedir(), platform }));
void import('./program').then(({ runProgram }) => runProgram(__dirname));
