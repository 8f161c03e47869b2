import { type Memento, type Uri, workspace } from 'vscode';
import type { KernelWish } from '../../question/question';
import type { Log } from '../log';
import { messages } from '../messages';
import { readSettings, writeSetting } from '../settings';
import { selectedInterpreter } from './pythonExtension';

/** Set on a machine once its user has accepted what turning isolation off means. */
const acceptedKey = 'isolationOffAccepted';

const turnOff = 'Run Without Isolation';
const keepOn = 'Keep Isolation On';
const title = 'Run the model’s code without isolation?';
const detail = `The setting fathom.isolation is off on this machine. Python code that a language model writes would then run with all that you may do: read and change every file of yours, use your network, credentials and keys, and start programs. Text in a repository that you ask about, written by anyone, can steer that code.

With isolation on, the code reaches nothing but Fathom, and questions are answered just as well.`;

/** Finds out which kernel to use, and makes sure that nobody turns isolation off unknowingly. */
export class KernelSetup {
  readonly #state: Memento;
  readonly #log: Log;
  /** The folder for facts about this machine. */
  readonly #stateFolder: string;

  constructor(options: {
    /** The editor's state of this machine. */
    readonly state: Memento;
    readonly log: Log;
    readonly stateFolder: string;
  }) {
    this.#state = options.state;
    this.#log = options.log;
    this.#stateFolder = options.stateFolder;
  }

  /** The kernel of the settings; null when the user heeded the warning. */
  async choose(folder: Uri | undefined): Promise<KernelWish | null> {
    const { kernel, isolation } = readSettings();
    // WebAssembly is always confined.
    if (isolation === 'off' && kernel !== 'wasm' && !(await this.#isAccepted())) return null;
    return this.wish(folder);
  }

  /** The kernel of the settings, without a warning: for a check, not for running code of models. */
  async wish(folder: Uri | undefined): Promise<KernelWish> {
    const { kernel, isolation, pythonPath } = readSettings();
    const selected = pythonPath === '' ? await selectedInterpreter(folder) : null;
    return {
      kernel,
      isolation,
      pythonPath: pythonPath || null,
      preferredPythons: selected === null ? [] : [selected],
      outside: (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      stateFolder: this.#stateFolder,
    };
  }

  /** Whether to go on. The user may also turn isolation on again. */
  async #isAccepted(): Promise<boolean> {
    if (this.#state.get(acceptedKey) === true) return true;
    const options = { modal: true, detail };
    const picked = await messages.showWarningMessage(title, options, keepOn, turnOff);
    if (picked === keepOn) {
      await writeSetting('isolation', undefined);
      this.#log.info('Isolation was turned on again.');
      return true;
    }
    if (picked !== turnOff) return false;
    await this.#state.update(acceptedKey, true);
    this.#log.warn('The user runs code of models without isolation on this machine.');
    return true;
  }
}
