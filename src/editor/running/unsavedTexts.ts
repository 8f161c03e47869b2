import { type TextDocument, workspace } from 'vscode';
import type { UnsavedTexts } from '../../contract/engineContract';

/** Texts of editors that differ from the disk. */
export const unsavedTexts: UnsavedTexts = {
  all: () => {
    const unsaved = workspace.textDocuments.filter(
      (document) => document.isDirty && !document.isClosed && isOnDisk(document),
    );
    return new Map(unsaved.map((document) => [document.uri.fsPath, document.getText()]));
  },
  onChange: (listener) => {
    const listenIfOnDisk = (document: TextDocument) => {
      if (isOnDisk(document)) listener();
    };
    const listeners = [
      // After saving, the text no longer differs from the disk.
      workspace.onDidChangeTextDocument(({ document }) => listenIfOnDisk(document)),
      workspace.onDidSaveTextDocument(listenIfOnDisk),
      workspace.onDidCloseTextDocument(listenIfOnDisk),
    ];
    return () => {
      for (const one of listeners) one.dispose();
    };
  },
};

function isOnDisk({ uri }: TextDocument): boolean {
  return uri.scheme === 'file';
}
