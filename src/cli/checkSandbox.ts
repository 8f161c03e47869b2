import { checkSandbox } from '../repl/checkSandbox';
import { type AskIo, write } from './askIo';
import { exitStatus } from './exitStatus';
import { lookOf } from './look';
import type { SandboxRequest } from './options';
import { sandboxJson, sandboxText } from './sandboxText';

/**
 * `ask --check-sandbox`: tests the kernels and prints what they could reach.
 * @returns the exit status: whether one can be used
 */
export async function tellSandbox(request: SandboxRequest, io: AskIo): Promise<number> {
  const started = io.now();
  const { kernel, python, json } = request;
  const reports = await checkSandbox({
    kernel,
    python,
    runtimeFolder: io.assets.python,
    signal: io.signal,
  });
  await write(
    io.stdout,
    json
      ? sandboxJson(reports, io.now() - started)
      : sandboxText(reports, kernel, lookOf(io.stdout, io)),
  );
  return reports.some((report) => report.usable) ? exitStatus.answered : exitStatus.unusable;
}
