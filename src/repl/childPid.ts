import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod';

const statusLine = z.object({ 'child-pid': z.number().int().positive() });

/**
 * Reads bubblewrap's `--json-status-fd`: lines of JSON, one of which has the process id of the program
 * that it started. SIGINT to bubblewrap itself would kill that program instead of interrupting it.
 */
export function readChildPid(stream: Readable, onPid: (pid: number) => void): void {
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    const status = parse(line);
    if (status !== null) onPid(status);
  });
  // It ends with the process; whatever there is to tell, the exit tells.
  lines.on('error', () => lines.close());
  stream.on('error', () => lines.close());
}

function parse(line: string): number | null {
  try {
    const status = statusLine.safeParse(JSON.parse(line));
    return status.success ? status.data['child-pid'] : null;
  } catch {
    return null;
  }
}
