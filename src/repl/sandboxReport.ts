import type { KernelKind } from './kernel';
import type { ProbeResult } from './selfTest';

/** What one kind of kernel could and could not reach on this machine. */
export interface SandboxReport {
  readonly kind: KernelKind;
  /** What runs it, for example `Python 3.11.7 (/usr/bin/python3)`; null if nothing was found. */
  readonly runs: string | null;
  /** What confines it, for example `bubblewrap`; `none` when isolation is off, null when it never came to that. */
  readonly confinement: string | null;
  /** Whether cells may run in it: it starts, and no probe got through or the user accepts that they do. */
  readonly usable: boolean;
  /** Empty when it could not be tested. */
  readonly probes: readonly ProbeResult[];
  /** Why it can't be used, or which further wall is missing. */
  readonly note: string | null;
}

/** A kernel's name for people: `native kernel in bubblewrap`. */
export function kernelTitle({
  kind,
  confinement,
}: Pick<SandboxReport, 'kind' | 'confinement'>): string {
  if (kind === 'wasm') return 'WebAssembly kernel';
  switch (confinement) {
    case null:
      return 'native kernel';
    case 'none':
      return 'native kernel, not confined';
    case 'seccomp':
      return 'native kernel, confined by seccomp and Landlock';
    default:
      return `native kernel in ${confinement}`;
  }
}

/** In a sentence, what a check of the kernels means for questions that are asked with this choice of kernel. */
export function sandboxVerdict(
  reports: readonly SandboxReport[],
  kernel: 'auto' | KernelKind,
): string {
  const used = reports.find(({ kind, usable }) => usable && (kernel === 'auto' || kind === kernel));
  if (used === undefined) {
    const which = kernel === 'auto' ? 'No kernel can' : `The ${kernel} kernel can't`;
    return `${which} be used here: questions are not answered.`;
  }
  const reached = used.probes.filter((probe) => probe.reachable).length;
  return reached === 0
    ? `Questions use the ${kernelTitle(used)}. It reached nothing.`
    : `Questions use the ${kernelTitle(used)}. It can do what you can do: ${reached} of ${used.probes.length} attempts got through.`;
}
