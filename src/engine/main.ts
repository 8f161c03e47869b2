// `dist/engine.js`: the engine in a process of its own, which the extension starts and talks to.
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { bundledAssets } from '../rlm/assets';
import { serveEngine } from './serveEngine';

// The extension is gone, and whoever would read an answer with it. Kernels end with this process.
process.once('disconnect', () => process.exit());

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
serveEngine(connection, bundledAssets(__dirname));
connection.listen();
