import { type HostCall, HostCallError, type HostReply } from '../../src/repl/hostCall';
import type { Coverage } from '../../src/rlm/coverage/coverage';
import type { Host } from '../../src/rlm/host/hostMethod';
import { hostMethods } from '../../src/rlm/host/hostMethods';
import type { RlmContext } from '../../src/rlm/subject/context';

/** Answers what code asks about its context, as a run does; there is no report, and there are no models. */
export async function answerHostCall(
  call: HostCall,
  context: RlmContext,
  coverage: Coverage,
  signal: AbortSignal,
): Promise<HostReply> {
  const method = hostMethods.get(call.method);
  if (!method || method.family === 'models' || method.family === 'report') {
    throw new HostCallError('NotAvailable', `${call.method} was not expected.`);
  }
  // These methods take nothing else of a host, nor of the cell.
  const host = { context, coverage } as Host;
  const { reply } = await method.answer(call, host, { signal } as Parameters<
    typeof method.answer
  >[2]);
  return reply;
}
