import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { HostCallError } from '../../repl/hostCall';
import { AppendError } from '../report/appendFile';
import type { Report } from '../report/report';
import { ReportOrderError, sectionHeading } from '../report/reportPlace';
import { checkArguments, type HostAnswer, type HostMethod } from './hostMethod';

/** The methods that write the report and other documents. A reply means that the text is with the system. */
export const reportMethods: readonly HostMethod[] = [
  /**
   * Call body: a section's text. Value `{section}`, a number to write to it with; without `close` it stays
   * open, and its text may be empty.
   */
  reportMethod(
    'report_section',
    z.strictObject({
      title: z.string().min(1).max(1000),
      level: z.number().int().min(1).max(6),
      close: z.boolean(),
    }),
    async (report, { title, level, close }, body) => {
      const section = await report.section(title, level, body, close);
      const heading = `${sectionHeading(title, level)} · ${size(body.length)}`;
      return { reply: { value: { section } }, summary: body.length > 0 ? heading : null };
    },
  ),
  /** Call body: text for the end of that section, or of the report. `close` finishes the section. */
  reportMethod(
    'report_write',
    z.strictObject({ section: z.number().int().min(1).nullable(), close: z.boolean() }),
    async (report, { section, close }, body) => {
      if (body.length > 0) await report.write(section, body);
      if (section === null) return { reply: {}, summary: `Report · ${size(body.length)}` };
      if (close) await report.close(section);
      const heading = report.headingOf(section);
      return { reply: {}, summary: body.length > 0 ? `${heading} · ${size(body.length)}` : null };
    },
  ),
  /**
   * Value `{chars, sections, open}`; body: JSON `[[section, title, level, chars, open], ...]`, in order, of
   * all sections, of that one or of none.
   */
  reportMethod(
    'report_sections',
    z.strictObject({ rows: z.union([z.enum(['all', 'none']), z.number().int().min(1)]) }),
    async (report, { rows }) => {
      const sections = await report.sections(rows);
      const body = JSON.stringify(
        sections.map((one) => [one.id, one.title, one.level, one.chars, one.open]),
      );
      return { reply: { value: await report.counts(), body }, summary: null };
    },
  ),
  /** Call body: the document's text. Value `{name}`. */
  reportMethod(
    'open_document',
    z.strictObject({
      title: z.string().min(1).max(1000),
      language: z.string().max(100).nullable(),
    }),
    async ({ files }, { title, language }, body) => {
      const document = await files.documents.save(title, body, language);
      files.onDocument(document);
      const name = document.path.split(/[\\/]/).slice(-2).join('/');
      return { reply: { value: { name } }, summary: `${title} · ${size(body.length)}` };
    },
  ),
];

function reportMethod<Given>(
  name: string,
  args: z.ZodType<Given>,
  answer: (report: Report, given: Given, body: Buffer) => Promise<HostAnswer>,
): HostMethod {
  return {
    name,
    family: 'report',
    args,
    answer: async (call, { report }) => {
      if (!isUtf8(call.body)) throw new HostCallError('ValueError', 'The text is not UTF-8.');
      const given = checkArguments(name, args, call);
      try {
        return await answer(report, given, call.body);
      } catch (error) {
        if (error instanceof ReportOrderError) throw new HostCallError('ValueError', error.message);
        if (!(error instanceof AppendError)) throw error;
        throw new HostCallError(error.refused ? 'PermissionError' : 'RuntimeError', error.message);
      }
    },
  };
}

/** `950 bytes`, `2.1 KB`, `48 KB`, `1.2 MB` */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 9_950) return `${(bytes / 1000).toFixed(1)} KB`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
