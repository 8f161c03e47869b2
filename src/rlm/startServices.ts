import { systemClock } from '../models/clock';
import { Scheduler } from '../models/scheduler';
import { Slots } from '../models/slots';
import { redactSecrets } from '../trajectory/log';
import { Budget } from './budget/budget';
import type { LimitFlag } from './budget/limits';
import { NodeStops } from './budget/nodeStops';
import { ModelCalls } from './calls/modelCalls';
import { ModelChoice } from './calls/modelChoice';
import { ReplyStore } from './calls/replyStore';
import { RootCalls } from './calls/rootCalls';
import { SubcallCache } from './calls/subcallCache';
import { citedTexts } from './citations/citedTexts';
import { liveCells } from './completion/cells';
import type { RunServices } from './completion/services';
import { Coverage } from './coverage/coverage';
import { runChild } from './loop/runChild';
import { loadPrompts, type Prompts } from './prompts/prompts';
import type { Report } from './report/report';
import type { RunRequest } from './request';

/** How many child RLMs of a depth run at once (from the official code). */
const childrenAtOnce = 4;

/**
 * Starts what all completions of a run share.
 * @throws {PromptError} when a prompt is missing or a folder of prompts can't be read.
 */
export async function startServices(
  request: RunRequest,
  report: Report,
  limitReached: LimitFlag,
): Promise<RunServices> {
  const { limits, clock = systemClock } = request;
  const prompts = await loadPrompts(request.promptFolders);
  const budget = new Budget(limits);
  const coverage = new Coverage();
  if (request.subject.kind === 'documents') coverage.about(request.subject.documents);
  const slotsByDepth = new Map<number, Slots>();
  const scheduler = new Scheduler({ concurrency: limits.concurrency, clock });
  const calls = new ModelCalls(budget, scheduler, (message) => request.onNotice?.(message));
  return {
    models: new ModelChoice(request.model, request.subModel, request.otherModels),
    kernels: request.kernels,
    prompts,
    limits,
    budget,
    calls,
    root: new RootCalls(budget, calls),
    replies: new SubcallCache(openStore(request, prompts)),
    cells: liveCells,
    coverage,
    cited: citedTexts(request.subject, coverage),
    toldDoubts: new Set(),
    report,
    limitReached,
    stops: request.nodeStops ?? new NodeStops(),
    childSlots: (depth) => {
      const slots = slotsByDepth.get(depth) ?? new Slots(childrenAtOnce, systemClock);
      slotsByDepth.set(depth, slots);
      return slots;
    },
    child: runChild,
  };
}

function openStore({ cacheFolder, secrets }: RunRequest, prompts: Prompts): ReplyStore | null {
  if (!cacheFolder) return null;
  const guidance = prompts.fill('subcall');
  return new ReplyStore({ folder: cacheFolder, guidance, redact: redactSecrets(secrets ?? []) });
}
