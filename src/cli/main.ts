// The entry of dist/ask.js. It imports next to nothing, so that V8's compile cache is on for all the rest.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { compiledFolder } from './userFolders';

const { env, platform } = process;
// Older versions of Node have no such cache. If it can't be written, Node goes on without.
enableCompileCache?.(compiledFolder({ env, home: homedir(), platform }));
void import('./program').then(({ runProgram }) => runProgram(__dirname));
