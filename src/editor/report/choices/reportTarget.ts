import type { Uri } from 'vscode';

/** Where a report goes, besides the document in which it grows. */
export type ReportTarget =
  | { readonly kind: 'document' }
  /** A new file, or one to replace. */
  | { readonly kind: 'file'; readonly uri: Uri }
  /** A file to append it to. */
  | { readonly kind: 'append'; readonly uri: Uri };

/** A stored target: `{file: URI}`, `{append: URI}` or `{}`. */
export type TargetRecord = Readonly<Record<string, string>>;

/** A target in the form for `choicesFrom`. */
export function targetRecord(target: ReportTarget): TargetRecord {
  return target.kind === 'document' ? {} : { [target.kind]: target.uri.toString() };
}
