import { drawable, drawableStart, harmless } from '../ground/drawable';
import { checkSandbox } from '../repl/checkSandbox';
import type { KernelKind } from '../repl/kernel';
import { kernelTitle, type SandboxReport, sandboxVerdict } from '../repl/sandboxReport';
import type { ProbeResult } from '../repl/selfTest';
import { type AskIo, write } from './askIo';
import { exitStatus } from './exitStatus';
import { type Look, lookOf } from './look';
import type { SandboxRequest } from './options';

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

/** The sandbox reports, for a terminal or a log. */
export function sandboxText(
  reports: readonly SandboxReport[],
  kernel: 'auto' | KernelKind,
  look: Look,
): string {
  const width = Math.max(
    0,
    ...reports.flatMap(({ probes }) => probes.map(({ name }) => name.length)),
  );
  const blocks = reports.map((report) => block(report, width, look));
  const usable = reports.some((report) => report.usable);
  const verdict = (usable ? look.good : look.bad)(look.bold(sandboxVerdict(reports, kernel)));
  return `${[...blocks, verdict].join('\n\n')}\n`;
}

/** The sandbox reports as one JSON object. */
export function sandboxJson(reports: readonly SandboxReport[], durationMs: number): string {
  const usable = reports.some((report) => report.usable);
  return `${JSON.stringify({ usable, kernels: reports, durationMs }, null, 2)}\n`;
}

function block(report: SandboxReport, width: number, look: Look): string {
  const { ended } = look.symbols;
  const title = kernelTitle(report);
  const [paint, symbol, state] = report.usable
    ? [look.good, ended.ok, 'can be used']
    : [look.bad, ended.error, 'is not used'];
  return [
    `${paint(symbol)} ${look.bold(`${title[0]?.toUpperCase()}${title.slice(1)}`)} ${paint(state)}`,
    ...(report.runs === null ? [] : [`  ${drawable(report.runs)}`]),
    ...(report.note === null ? [] : indented(report.note).map((line) => look.warning(line))),
    ...report.probes.map((probe) => probeLine(probe, width, look)),
  ].join('\n');
}

function probeLine({ name, reachable, how }: ProbeResult, width: number, look: Look): string {
  const { ended } = look.symbols;
  const outcome = drawableStart(how || 'nothing came of it', 100);
  return reachable
    ? `    ${look.bad(`${ended.error} could     ${name.padEnd(width)}`)}  ${outcome}`
    : `    ${look.good(ended.ok)} could not ${name.padEnd(width)}  ${look.dim(outcome)}`;
}

function indented(text: string): readonly string[] {
  return harmless(text)
    .split('\n')
    .map((line) => `  ${line}`);
}
