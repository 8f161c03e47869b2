import { commands } from 'vscode';
import type { EngineOutcome } from '../../contract/engineContract';
import type { Fathom } from '../fathom';
import { messages } from '../messages';
import { type Remedy, remediesFor } from './remedies';

/** The ways to ask a failed question again. */
export interface SecondChance {
  /** With the settings of that moment. */
  readonly again: () => Promise<unknown>;
  /** Once with the offline model. */
  readonly offline: () => Promise<unknown>;
}

/** Says why a question was not answered and offers fitting remedies. */
export async function offerRemedies(
  outcome: EngineOutcome,
  fathom: Fathom,
  chance: SecondChance,
): Promise<void> {
  const { fault, reason } = failureOf(outcome);
  const remedies = remediesFor(fault, outcome.modelError);
  const picked = await messages.showErrorMessage(reason, ...remedies);
  if (picked) await apply(picked, fathom, chance);
}

async function apply(remedy: Remedy, fathom: Fathom, chance: SecondChance): Promise<void> {
  const { models, log } = fathom;
  switch (remedy) {
    case 'Set API Key':
      if (await models.enterApiKey()) await chance.again();
      return;
    case 'Set Endpoint':
      if (await models.enterEndpoint()) await chance.again();
      return;
    case 'Change Model':
      if (await models.selectModel()) await chance.again();
      return;
    case 'Try Again':
      await chance.again();
      return;
    case 'Try Offline':
      await chance.offline();
      return;
    case 'Open Settings':
      await commands.executeCommand('workbench.action.openSettings', 'fathom');
      return;
    case 'Show Log':
      log.show();
      return;
  }
}

function failureOf(outcome: EngineOutcome) {
  if (outcome.kind === 'not-started') {
    const { fault, reason } = outcome;
    const isFault = fault !== 'cancelled' && fault !== 'limit';
    return { fault: isFault ? fault : ('bug' as const), reason };
  }
  const { fault, reason } = outcome.result;
  return { fault: fault ?? ('bug' as const), reason: reason ?? 'The question was not answered.' };
}
