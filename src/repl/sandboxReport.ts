import type { KernelKind } from './kernel';
import type { ProbeResult } from './selfTest';

/** What one kind of kernel could and could not reach on this machine. */
export interface SandboxReport {
  readonly kind: KernelKind;
  /** What runs it, for example `Python 3.11.7 (/usr/bin/python3)`; null if nothing was found. */
  readonly runs: string | null;
  /** What confines it, for example `bubblewrap`; null when nothing does. */
  readonly confinement: string | null;
  /** Whether cells may run in it: it starts, and no probe got through. */
  readonly usable: boolean;
  readonly probes: readonly ProbeResult[];
  /** Why it can't be used, or which further wall is missing. */
  readonly note: string | null;
}

/** A report for people, in plain text. */
export function formatSandboxReport(reports: readonly SandboxReport[]): string {
  return reports.map(formatKernel).join('\n\n');
}

function formatKernel(report: SandboxReport): string {
  const lines = [`${report.kind} kernel: ${report.usable ? 'usable' : 'not used'}`];
  if (report.runs !== null) lines.push(`  runs in ${report.runs}`);
  if (report.confinement !== null) lines.push(`  confined by ${report.confinement}`);
  if (report.note !== null) lines.push(`  note: ${report.note}`);
  for (const probe of report.probes) {
    lines.push(
      probe.reachable
        ? `  REACHED  ${probe.name}: ${probe.how}`
        : `  blocked  ${probe.name} (${probe.how})`,
    );
  }
  return lines.join('\n');
}
