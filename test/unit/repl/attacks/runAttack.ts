import type { Kernel, KernelFactory } from '../../../../src/repl/kernel';
import { neverAborted } from '../kernelHarness';
import type { Attack, AttackTargets } from './attack';

export interface AttackOutcome {
  readonly reached: boolean;
  /** What was got, or what stood in the way. */
  readonly how: string;
}

/** Runs attacks one after the other in one kernel, with a new one when the last is lost. */
export class Attacker implements AsyncDisposable {
  readonly #kernels: KernelFactory;
  #kernel: Kernel | null = null;

  constructor(kernels: KernelFactory) {
    this.#kernels = kernels;
  }

  async run(attack: Attack, targets: AttackTargets): Promise<AttackOutcome> {
    this.#kernel ??= await this.#kernels.start({
      context: { kind: 'value', json: 'null' },
      handle: () => Promise.reject(new Error('No call was expected.')),
      signal: neverAborted,
    });
    const result = await this.#kernel.execute(attackCell(attack, targets), {
      signal: neverAborted,
      timeoutMs: 20_000,
    });
    if (result.status === 'lost') {
      await this.#kernel.dispose();
      this.#kernel = null;
      return { reached: attack.endsKernel === true, how: result.error?.message ?? 'lost' };
    }
    const line = result.output.split('\n').find((text) => text.startsWith(marker));
    if (line === undefined) throw new Error(`${attack.name}: ${result.status} ${result.output}`);
    const [reached, how] = JSON.parse(line.slice(marker.length)) as [boolean, string];
    return { reached, how };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kernel?.dispose();
  }
}

const marker = '@@outcome ';

function attackCell(attack: Attack, targets: AttackTargets): string {
  const body = attack.code
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  // In a string, so that the targets of the test are never written as Python.
  return `import json
target = json.loads(${JSON.stringify(JSON.stringify(targets))})
def attempt():
${body}
try:
    _result = attempt()
    _outcome = [bool(_result), repr(_result)[:200]]
except BaseException as _error:
    _outcome = [False, f"{type(_error).__name__}: {_error}"[:300]]
print("\\n${marker}" + json.dumps(_outcome))`;
}
