import type { Uri } from 'vscode';

/** Where a report goes, besides the document that it grows in. */
export type ReportTarget =
  | { readonly kind: 'document' }
  /** A file that it becomes. */
  | { readonly kind: 'file'; readonly uri: Uri }
  /** A file that it is put after. */
  | { readonly kind: 'append'; readonly uri: Uri };

/** Where a report goes, as it is kept: `{file: URI}`, `{append: URI}` or `{}`. */
export type TargetRecord = Readonly<Record<string, string>>;

/** As `choicesFrom` takes it. */
export function targetRecord(target: ReportTarget): TargetRecord {
  return target.kind === 'document' ? {} : { [target.kind]: target.uri.toString() };
}
