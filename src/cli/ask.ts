import { harmless } from '../ground/drawable';
import { messageOf } from '../ground/fileFailure';
import { LimitReachedError } from '../rlm/budget/limits';
import { RunTime } from '../rlm/budget/runTime';
import type { RunResult } from '../rlm/request';
import { answerText } from './answerText';
import { type AskIo, write } from './askIo';
import { exitStatus, statusOfError, statusOfResult } from './exitStatus';
import { footer } from './footer';
import { jsonOfFailure, jsonOfResult } from './jsonResult';
import { lookOf } from './look';
import { parseOptions, wantsJson } from './options';

/**
 * The command `ask`: answers a question from the command line. Loads what a run needs only when there is a
 * question.
 * @param argv the arguments, without the program's name
 * @returns the exit status
 */
export async function ask(argv: readonly string[], io: AskIo): Promise<number> {
  const started = io.now();
  let result: RunResult;
  let time: RunTime | null = null;
  try {
    const options = parseOptions(argv, io.env, io.cwd);
    if ('help' in options) {
      await write(io.stdout, options.help);
      return exitStatus.answered;
    }
    if ('checkSandbox' in options) {
      const { tellSandbox } = await import('./checkSandbox');
      return await tellSandbox(options, io);
    }
    const { runAsk } = await import('./runAsk');
    time = new RunTime(options.limits);
    result = await runAsk(options, io, time);
  } catch (error) {
    return tellFailure(error, wantsJson(argv), io.now() - started, io);
  } finally {
    time?.stop();
  }
  await tellResult(result, wantsJson(argv), io);
  return statusOfResult(result);
}

async function tellResult(result: RunResult, json: boolean, io: AskIo): Promise<void> {
  const look = lookOf(io.stderr, io);
  if (json) {
    await write(io.stdout, jsonOfResult(result));
  } else if (result.answer !== '') {
    const between = io.stdout.isTTY ? '\n' : '';
    const text = answerText(result.answer, lookOf(io.stdout, io));
    await write(io.stdout, `${between}${text}${between}`);
  }
  if (result.status === 'error') {
    const whose = result.fault === 'bug' ? 'This is a bug in Fathom: ' : '';
    await write(io.stderr, `${look.bad(`ask: ${whose}${harmless(result.reason ?? '')}`)}\n`);
  }
  await write(io.stderr, footer(result, look));
}

async function tellFailure(
  error: unknown,
  json: boolean,
  durationMs: number,
  io: AskIo,
): Promise<number> {
  const cancelled = io.signal.aborted;
  const limit = error instanceof LimitReachedError;
  const status = cancelled ? exitStatus.interrupted : statusOfError(error);
  const message = cancelled ? 'Cancelled.' : messageOf(error);
  if (json) {
    const what = cancelled ? 'cancelled' : limit ? 'limit' : 'error';
    await write(io.stdout, jsonOfFailure(what, message, durationMs));
  }
  const look = lookOf(io.stderr, io);
  const text = cancelled || limit ? look.warning(message) : look.bad(`ask: ${harmless(message)}`);
  await write(io.stderr, `${text}\n`);
  if (status === exitStatus.bug && error instanceof Error) {
    await write(io.stderr, `This is a bug in Fathom:\n${harmless(error.stack ?? '')}\n`);
  }
  return status;
}
