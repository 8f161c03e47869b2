import { messageOf } from '../../ground/fileFailure';
import type { HostCall, HostReply } from '../../repl/hostCall';
import type { CellResult } from '../../repl/kernel';
import type { NodeHandle } from '../../trajectory/recorder';
import type { Cells } from '../completion/cells';
import { hostMethods } from '../host/hostMethods';
import type { Report } from '../report/report';
import { cellLogOf, pastNodeOf } from './pastNodes';
import { recordedCell } from './pastTurns';

/**
 * Cells that end as they ended in an earlier run. Their code is run again to restore its variables, and gets the same
 * answers as then, even if the repository has changed since.
 * @param repeats whether that code writes to the report again.
 */
export function cellsFromLog(live: Cells, report: Report, repeats: boolean): Cells {
  return {
    run: (cell, execute) => runAgain(cell, () => live.run(cell, execute)),
    answer: (cell, call, ask) =>
      answerAgain(cell, call, () => live.answer(cell, call, ask), report, repeats),
  };
}

async function runAgain(cell: NodeHandle, execute: () => Promise<CellResult>): Promise<CellResult> {
  const past = pastNodeOf(cell);
  const before = past && recordedCell(past.recorded);
  if (!before) return execute();
  const { submitted, ...recorded } = before;
  // It lost its kernel then, and would do so again.
  if (before.status === 'lost')
    return { ...recorded, variables: [], changed: [], answer: null, draft: '' };
  const again = await execute();
  if (again.status === 'lost') return again;
  return { ...again, ...recorded, answer: submitted ? (again.answer ?? again.draft) : null };
}

async function answerAgain(
  cell: NodeHandle,
  call: HostCall,
  ask: () => Promise<HostReply>,
  report: Report,
  repeats: boolean,
): Promise<HostReply> {
  const before = cellLogOf(cell)?.host(call) ?? null;
  if (!before) return ask();
  const family = hostMethods.get(call.method)?.family;
  const isReport = family === 'report';
  if (isReport && !repeats) return before;
  // A language server is slow, and may be gone or answer differently now.
  if (family === 'language') return before;
  // Asked all the same, for coverage and citations.
  const now = await ask().catch((error: unknown) => {
    // It succeeded then, so the code goes on with the old answer.
    if (isReport) report.lost(messageOf(error));
    return null;
  });
  return isReport ? (now ?? before) : before;
}
