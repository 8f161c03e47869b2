// The entry of dist/engine.js, which the extension starts as a process of its own.
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { bundledAssets } from '../rlm/assets';
import { serveEngine } from './serveEngine';

// Without the extension nobody would read an answer. Kernels end with this process.
process.once('disconnect', () => process.exit());

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
serveEngine(connection, bundledAssets(__dirname));
connection.listen();
