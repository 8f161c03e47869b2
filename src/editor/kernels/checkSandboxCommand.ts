import { ProgressLocation, type Uri, window, workspace } from 'vscode';
import type { Fathom } from '../fathom';
import { messages } from '../messages';
import { sandboxMarkdown } from './sandboxMarkdown';

/** The result of the command. */
export interface SandboxChecked {
  /** Whether a kernel can be used. */
  readonly usable: boolean;
  /** The document with the result. */
  readonly document: Uri;
}

const title = 'Checking the Python sandbox';

/**
 * The command `fathom.checkSandbox`: tries to break out of every kernel and shows the result.
 * @returns undefined when it was cancelled.
 */
export async function showSandboxCheck(fathom: Fathom): Promise<SandboxChecked | undefined> {
  const { runs, engine, kernels, sandbox, log } = fathom;
  const notification = { location: ProgressLocation.Notification, title, cancellable: true };
  return runs.track(async ({ signal, stop }) =>
    window.withProgress(notification, async (_, token) => {
      const cancelling = token.onCancellationRequested(stop);
      try {
        const wish = await kernels.wish(workspace.workspaceFolders?.[0]?.uri);
        const loaded = await engine.get();
        const reports = await loaded.checkSandbox(wish, signal);
        await sandbox.show(sandboxMarkdown(reports, wish));
        return { usable: reports.some(({ usable }) => usable), document: sandbox.uri };
      } catch (error) {
        if (signal.aborted) return undefined;
        log.error('The sandbox could not be checked.', error);
        void messages.showErrorMessage(
          'The sandbox could not be checked. This is a bug in Fathom; its log says more.',
        );
        return undefined;
      } finally {
        cancelling.dispose();
      }
    }),
  );
}
