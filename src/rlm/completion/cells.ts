import type { HostCall, HostReply } from '../../repl/hostCall';
import type { CellResult } from '../../repl/kernel';
import type { NodeHandle } from '../../trajectory/recorder';

/** What is between the code of a cell and the world: its kernel, and the host that answers it. */
export interface Cells {
  /** The result of a cell. @param execute runs its code. */
  run(cell: NodeHandle, execute: () => Promise<CellResult>): Promise<CellResult>;
  /**
   * The host's answer to the code of a cell about its context or the report.
   * @param ask asks the host.
   * @throws {HostCallError} as `ask` does.
   */
  answer(cell: NodeHandle, call: HostCall, ask: () => Promise<HostReply>): Promise<HostReply>;
}

/** Cells whose code is run, and whose questions are answered. */
export const liveCells: Cells = {
  run: (_cell, execute) => execute(),
  answer: (_cell, _call, ask) => ask(),
};
