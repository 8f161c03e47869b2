import type { ReportTarget } from './reportChoices';

/** Where a report goes, as it is kept: `{file: URI}`, `{append: URI}` or `{}`. */
export type TargetRecord = Readonly<Record<string, string>>;

/** As `choicesFrom` takes it. */
export function targetRecord(target: ReportTarget): TargetRecord {
  return target.kind === 'document' ? {} : { [target.kind]: target.uri.toString() };
}
