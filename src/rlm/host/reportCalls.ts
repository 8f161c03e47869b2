import { isUtf8 } from 'node:buffer';
import { type HostCall, HostCallError, type HostReply } from '../../repl/hostCall';
import { AppendError } from '../report/appendFile';
import type { Report } from '../report/report';
import { ReportOrderError, sectionHeading } from '../report/reportPlace';
import { checkArguments } from './checkArguments';

const reportMethods = [
  'report_write',
  'report_section',
  'report_sections',
  'open_document',
] as const;
type ReportMethod = (typeof reportMethods)[number];

export function isReportMethod(method: string): method is ReportMethod {
  return reportMethods.some((name) => name === method);
}

/** A reply, and what the tree shows of the call; null for what is not drawn. */
export interface ReportAnswer {
  readonly reply: HostReply;
  readonly summary: string | null;
}

/**
 * Answers what code asks of the report. A reply means that the text is with the operating system.
 * @throws {HostCallError} when it can't be written, and nothing of it is in the report.
 */
export async function answerReportCall(
  method: ReportMethod,
  call: HostCall,
  report: Report,
): Promise<ReportAnswer> {
  if (!isUtf8(call.body)) throw new HostCallError('ValueError', 'The text is not UTF-8.');
  try {
    switch (method) {
      case 'report_section': {
        const { title, level, close } = checkArguments(method, call);
        const section = await report.section(title, level, call.body, close);
        const { length } = call.body;
        const summary = length > 0 ? `${sectionHeading(title, level)} · ${size(length)}` : null;
        return { reply: { value: { section } }, summary };
      }
      case 'report_write':
        return await write(call, report);
      case 'report_sections': {
        const { rows } = checkArguments(method, call);
        const sections = await report.sections(rows);
        const body = JSON.stringify(
          sections.map((one) => [one.id, one.title, one.level, one.chars, one.open]),
        );
        return { reply: { value: await report.counts(), body }, summary: null };
      }
      case 'open_document': {
        const { title, language } = checkArguments(method, call);
        const { files } = report;
        const document = await files.documents.save(title, call.body, language);
        files.onDocument(document);
        const name = document.path.split(/[\\/]/).slice(-2).join('/');
        return { reply: { value: { name } }, summary: `${title} · ${size(call.body.length)}` };
      }
    }
  } catch (error) {
    if (error instanceof ReportOrderError) throw new HostCallError('ValueError', error.message);
    if (!(error instanceof AppendError)) throw error;
    throw new HostCallError(error.refused ? 'PermissionError' : 'RuntimeError', error.message);
  }
}

async function write(call: HostCall, report: Report): Promise<ReportAnswer> {
  const { section, close } = checkArguments('report_write', call);
  const { body } = call;
  if (body.length > 0) await report.write(section, body);
  if (section === null) return { reply: {}, summary: `Report · ${size(body.length)}` };
  if (close) await report.close(section);
  const heading = report.headingOf(section);
  return { reply: {}, summary: body.length > 0 ? `${heading} · ${size(body.length)}` : null };
}

/** `950 bytes`, `2.1 KB`, `48 KB`, `1.2 MB` */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 9_950) return `${(bytes / 1000).toFixed(1)} KB`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
