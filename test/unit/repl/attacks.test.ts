import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseConfinement, confinementFrom } from '../../../src/repl/chooseConfinement';
import {
  type Confinement,
  selfConfined,
  unconfined,
  unexplained,
} from '../../../src/repl/confinement';
import { findInterpreter, type Interpreter } from '../../../src/repl/interpreter';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import type { Attack } from './attacks/attack';
import { attacksOnFiles } from './attacks/attackFiles';
import { attacksOnNetwork } from './attacks/attackNetwork';
import { attacksOnProcesses } from './attacks/attackProcesses';
import { type AttackWorld, makeAttackWorld } from './attacks/attackWorld';
import { Attacker } from './attacks/runAttack';
import { neverAborted, runtimeFolder } from './kernelHarness';

const suites: Readonly<Record<string, readonly Attack[]>> = {
  files: attacksOnFiles,
  network: attacksOnNetwork,
  processes: attacksOnProcesses,
};

/** Ways to confine a native kernel. `null`: that one can't be had on this machine. */
const confinements: Readonly<Record<string, (python: Interpreter) => Promise<Confinement | null>>> =
  {
    'seccomp and Landlock': () => Promise.resolve(selfConfined()),
    bubblewrap: async (python) => {
      const [{ recipe }] = await chooseConfinement(python, runtimeFolder, neverAborted);
      return recipe.name === 'bubblewrap' ? confinementFrom(recipe) : null;
    },
  };

const library = [
  '/lib/x86_64-linux-gnu/libanl.so.1',
  '/lib/aarch64-linux-gnu/libanl.so.1',
  '/lib64/libanl.so.1',
].find((path) => existsSync(path));

describe.runIf(process.platform === 'linux' && library !== undefined)('attacks', () => {
  let world: AttackWorld;
  let python: Interpreter;
  let control: Attacker;
  beforeAll(async () => {
    world = await makeAttackWorld(library ?? '');
    python = await findInterpreter(
      process.env['FATHOM_TEST_PYTHON'] ?? null,
      runtimeFolder,
      neverAborted,
    );
    control = new Attacker(nativeKernels({ interpreter: python, confinement: unconfined }));
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  describe.each(Object.entries(suites))('on %s', (_topic, attacks) => {
    it.for(attacks)('succeed where nothing is confined: $name', async (attack, { skip }) => {
      await world.restore();
      const { reached, how } = await control.run(attack, world.targets);
      await world.restore();
      if (attack.rare && !reached) skip(`This machine allows it to nobody: ${how}`);
      expect(reached, how).toBe(true);
    });

    describe.each(Object.entries(confinements))('against %s', (_name, confinementFor) => {
      let attacker: Attacker | null = null;
      beforeAll(async () => {
        const confinement = await confinementFor(python);
        if (confinement === null) return;
        const bare = unexplained(confinement);
        attacker = new Attacker(nativeKernels({ interpreter: python, confinement: bare }));
      });
      afterAll(async () => {
        await attacker?.[Symbol.asyncDispose]();
      });

      it.for(attacks)('fail: $name', async (attack, { skip }) => {
        if (attacker === null) return skip('This confinement does not work on this machine.');
        const { reached, how } = await attacker.run(attack, world.targets);
        expect(reached, how).toBe(false);
      });
    });
  });
});
