import { messageOf } from '../ground/fileFailure';
import { safeMarkdown } from '../ground/markdown/safeMarkdown';
import { unlessAborted } from '../ground/unlessAborted';
import { ModelError } from '../models/languageModel';
import { KernelUnavailableError } from '../repl/kernel';
import { pooledKernels } from '../repl/pooledKernels';
import type { NodeOutcome, RunId } from '../trajectory/events';
import { redactSecrets, TrajectoryLog } from '../trajectory/log';
import { type NodeHandle, newRunId, RunRecorder } from '../trajectory/recorder';
import { costAlarm, RunCosts } from '../trajectory/runCosts';
import { noUsage } from '../trajectory/usage';
import { answerDirectly } from './answerDirectly';
import { LimitFlag } from './budget/limits';
import { RunTime } from './budget/runTime';
import { type CheckedAnswer, checkIfPossible } from './citations/checkCitations';
import { type Citation, citationFigures } from './citations/citations';
import type { Completion, Ending } from './completion/completion';
import type { RunServices } from './completion/services';
import { Coverage } from './coverage/coverage';
import { PromptError } from './prompts/prompts';
import { type AnswerDirectly, continueRun } from './replay/continueRun';
import { pastReport, removePastParts, withPastReport } from './replay/pastReport';
import { finishReport } from './report/finishReport';
import type { Report } from './report/report';
import { ReportNode } from './report/reportNode';
import { isReportWanted, reportWish } from './report/reportWish';
import { endReport, recordReport, reportOf } from './reportOfRun';
import type { RunRequest, RunResult, RunStatus } from './request';
import { completeInSession } from './sessions/openSession';
import { startServices } from './startServices';
import { aboutSubject, type Subject } from './subject/subject';
import { withTextNote } from './textAnswerNote';

/**
 * Answers a question: sets up what a run shares, completes the question, checks the citations, writes the log. Does not
 * reject for what models, kernels, repositories or users do; the result says what happened.
 */
export async function runQuestion(asked: RunRequest): Promise<RunResult> {
  const startedAt = performance.now();
  const request = withPastReport(asked);
  const time = request.time ?? new RunTime(request.limits);
  const limitReached = new LimitFlag();
  const raise = () => limitReached.raise(time.signal.reason);
  time.signal.addEventListener('abort', raise, { once: true });
  if (time.signal.aborted) raise();
  const run = newRunId(Date.now(), Math.random);
  const log = new TrajectoryLog({
    folder: request.logFolder,
    run,
    redact: redactSecrets(request.secrets ?? []),
    ...(request.onLogError ? { onError: request.onLogError } : {}),
  });
  const costs = new RunCosts(request.logFolder);
  const alarm = costAlarm(await costs.usual(), (message) => request.onNotice?.(message));
  const recorder = new RunRecorder({
    run,
    sinks: [log.sink, request.onEvent, alarm],
    recordSink: log.recordSink,
    now: Date.now,
  });
  const root = recorder.start({
    question: request.question,
    model: request.model.name,
    subModel: request.subModel.name,
    subject: subjectName(request.subject),
    limits: request.limits,
  });
  root.record({ kind: 'about', ...aboutSubject(request.subject) });
  root.body('question', request.question);
  const reportNode = new ReportNode(root);
  const report = reportOf(request, run, pastReport(request.continues ?? null), reportNode);
  recordReport(request, report, root);
  const outcome = await answerQuestion(request, run, report, root, limitReached);
  time.stop();
  time.signal.removeEventListener('abort', raise);
  reportNode.end(nodeOutcome[outcome.status], outcome.report?.problem ?? null);
  if (outcome.answer) {
    const node = root.child('answer', answerSummary(outcome.citations));
    node.body('answer', outcome.answer);
    node.end('ok');
  }
  const { status, reason } = outcome;
  root.end(nodeOutcome[status], reason === null ? {} : { reason });
  log.close();
  await costs.add(run, outcome.usage.costUsd);
  return {
    ...outcome,
    model: request.model.name,
    subModel: request.subModel.name,
    kernel: request.kernels.kind,
    run,
    trajectory: log.path,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** The part of a result that the run itself determines. */
type RunOutcome = Omit<
  RunResult,
  'model' | 'subModel' | 'kernel' | 'run' | 'trajectory' | 'durationMs'
>;

async function answerQuestion(
  request: RunRequest,
  run: RunId,
  report: Report,
  root: NodeHandle,
  limitReached: LimitFlag,
): Promise<RunOutcome> {
  // Only child RLMs would have to wait for a kernel.
  const spares = request.limits.maxDepth > 1 ? 1 : 0;
  await using kernels = pooledKernels(request.kernels, { spares });
  let services: RunServices;
  let wish: string;
  try {
    const stop = AbortSignal.any([request.signal, limitReached.signal]);
    services = await unlessAborted(
      startServices({ ...request, kernels }, report, limitReached),
      stop,
    );
    wish = await unlessAborted(reportWish(request, services.prompts), stop);
  } catch (error) {
    const ending = earlyEnding(error, request.signal, limitReached);
    return { ...nothingDone, ...outcomeOf(ending, request.signal) };
  }
  const told = tellNotices(request, limitReached);
  const { answer, ending, iterations } = await completeQuestion(request, run, services, wish, root);
  await services.calls.close();
  await services.replies.close();
  const { budget, coverage } = services;
  const shown = ending.kind === 'text' ? withTextNote(answer, ending, coverage, request) : answer;
  await told;
  // After a limit, the user should not wait long for mere extras.
  const patience =
    ending.kind === 'limit'
      ? AbortSignal.any([request.signal, AbortSignal.timeout(patienceAfterLimitMs)])
      : request.signal;
  const verdict = await verified(shown, ending, services, patience);
  // From here on the answer is safe for any renderer.
  const checked = { ...verdict, answer: safeMarkdown(verdict.answer) };
  const filesTotal = await countFiles(request, ending, patience);
  root.body('coverage', JSON.stringify(coverage.record(filesTotal)));
  const whole = ending.kind !== 'cancelled' && ending.kind !== 'failed';
  const finished = await finishReport(report, {
    whole,
    answer: isReportWanted(request) ? checked.answer : '',
    appendix: request.reportAppendix ?? isReportWanted(request),
    cited: services.cited,
    coverage,
    filesTotal,
    writer: writerOf(request),
    signal: request.signal,
  });
  endReport(report, finished, root);
  if (whole && request.continues) {
    await removePastParts(request.continues, finished.report, request.logFolder);
  }
  return {
    answer: checked.answer,
    ...outcomeOf(ending, request.signal),
    withoutCode: ending.kind === 'text',
    iterations,
    subcalls: budget.subcalls,
    subcallsAnswered: budget.subcallsAnswered,
    depth: budget.depth,
    usage: budget.usage,
    citations: distinct([...checked.citations, ...finished.citations]),
    coverage: coverage.counts(filesTotal),
    report: finished.report,
    documents: report.files.documents.all,
  };
}

/** For checking citations and counting files after a limit, in milliseconds. */
const patienceAfterLimitMs = 10_000;

function earlyEnding(error: unknown, signal: AbortSignal, { error: limit }: LimitFlag): Ending {
  if (signal.aborted) return { kind: 'cancelled' };
  return limit ? { kind: 'limit', limit } : { kind: 'failed', error };
}

/** Reports what is unusual about the repository. Never rejects. */
async function tellNotices(request: RunRequest, { signal }: LimitFlag): Promise<void> {
  if (request.subject.kind !== 'repository' || !request.onNotice) return;
  const stop = AbortSignal.any([request.signal, signal]);
  const notices = await request.subject.repository.notices(stop).catch(() => []);
  for (const notice of notices) request.onNotice(notice);
}

const nothingDone = {
  answer: '',
  withoutCode: false,
  iterations: 0,
  subcalls: 0,
  subcallsAnswered: 0,
  depth: 0,
  usage: { ...noUsage, costUsd: null },
  citations: [],
  coverage: new Coverage().counts(0),
  report: null,
  documents: [],
} as const;

const nodeOutcome: Readonly<Record<RunStatus, NodeOutcome>> = {
  answered: 'ok',
  limit: 'stopped',
  cancelled: 'cancelled',
  error: 'error',
};

/** Completes the question. */
async function completeQuestion(
  request: RunRequest,
  run: RunId,
  services: RunServices,
  wish: string,
  node: NodeHandle,
): Promise<Completion> {
  const { question, subject, model, signal } = request;
  const { continues = null, session: open = null } = request;
  const query = { question, wish, context: subject, model, depth: 0, node };
  const place = { open, run };
  const directly: AnswerDirectly = (within, prompt) =>
    answerDirectly(request, within, node, prompt);
  if (continues) return continueRun(continues, query, directly, place, services, signal);
  const begins = (open?.run ?? null) === null;
  const direct = begins ? await directly(services) : null;
  return direct ?? completeInSession(query, place, services, signal);
}

/** Checks the citations, unless the run was cancelled and must end at once. */
async function verified(
  answer: string,
  ending: Ending,
  { cited, toldDoubts }: RunServices,
  signal: AbortSignal,
): Promise<Pick<CheckedAnswer, 'answer' | 'citations'>> {
  const unchecked = { answer, citations: [] };
  if (ending.kind === 'cancelled' || !answer) return unchecked;
  try {
    return await checkIfPossible(answer, cited, signal, { told: toldDoubts });
  } catch {
    // Stopped during the check; the answer is still good.
    return unchecked;
  }
}

async function countFiles(
  { subject }: RunRequest,
  ending: Ending,
  signal: AbortSignal,
): Promise<number> {
  if (subject.kind === 'documents') return subject.documents.length;
  if (ending.kind === 'cancelled') return 0;
  return subject.repository.fileCount(signal).catch(() => 0);
}

interface Outcome {
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly fault: RunResult['fault'];
}

/** The reason of an abort may be a text for people. */
function whyCancelled({ reason }: AbortSignal): string {
  return typeof reason === 'string' ? reason : 'Cancelled.';
}

function outcomeOf(ending: Ending, signal: AbortSignal): Outcome {
  switch (ending.kind) {
    case 'submitted':
    case 'text':
      return { status: 'answered', reason: null, fault: null };
    case 'limit':
      return { status: 'limit', reason: ending.limit.message, fault: null };
    case 'cancelled':
      return { status: 'cancelled', reason: whyCancelled(signal), fault: null };
    case 'failed':
      return { status: 'error', reason: messageOf(ending.error), fault: faultOf(ending.error) };
  }
}

function faultOf(error: unknown): NonNullable<RunResult['fault']> {
  if (error instanceof PromptError) return 'usage';
  if (error instanceof ModelError) return 'model';
  if (error instanceof KernelUnavailableError) return 'kernel';
  return 'bug';
}

function subjectName(subject: Subject): string {
  if (subject.kind === 'repository') return subject.repository.name;
  return subject.documents.map(({ name }) => name).join(', ');
}

function answerSummary(citations: readonly Citation[]): string {
  return `Answer · ${citationFigures(citations)}`;
}

function writerOf({ model, subModel }: RunRequest): string {
  if (model.offline) return 'the offline model: keyword search, no language model';
  return model.name === subModel.name ? model.name : `${model.name} and ${subModel.name}`;
}

function distinct(citations: readonly Citation[]): readonly Citation[] {
  const seen = new Set<string>();
  return citations.filter(({ path, start, end }) => {
    const key = `${path}:${start}-${end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
