import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { isVerified } from '../../../src/rlm/citations/citations';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { makePdf } from '../../host/makePdf';
import { type DocumentsSubject, documentsSubject } from '../../host/openedDocuments';
import { scriptedRun } from '../../host/scriptedRun';
import { askOffline } from '../models/offline/offlineRun';
import { contractKernels } from '../repl/kernelHarness';

const cell = (code: string) => `I look.\n\n\`\`\`repl\n${code}\n\`\`\``;

/** 300 pages of 40 lines, with facts on three of them. */
const facts: Readonly<Record<number, string>> = {
  17: 'The relief valve opens at 4.2 bar.',
  217: 'Gaskets of the condenser are replaced every 18 months.',
  300: 'The warranty ends on 3 May 2031.',
};
const pages = Array.from({ length: 300 }, (_, index) => [
  `Chapter ${Math.floor(index / 20) + 1}`,
  ...Array.from(
    { length: 38 },
    (_line, line) => `Step ${index * 38 + line}: tighten bolt ${line} and look at the gauge.`,
  ),
  facts[index + 1] ?? 'End of the page.',
]);

let folder: TemporaryFolder;
let opened: DocumentsSubject;
beforeAll(async () => {
  folder = await temporaryFolder('pdf');
  const path = join(folder.path, 'plant manual.pdf');
  await writeFile(path, makePdf(pages));
  opened = await documentsSubject({ name: 'plant manual.pdf', from: 'file', path });
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe.each(contractKernels)('a PDF of 300 pages, with a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('is asked about by code, which cites its pages', async () => {
    const { result, requests } = await scriptedRun(
      [
        cell(
          'hits = [grep(word)[0] for word in ("relief valve", "Gaskets", "warranty")]\nprint(*hits, sep="\\n")',
        ),
        cell(
          'answer["content"] = "\\n".join(f"- {hit.text} {cite(hit)}" for hit in hits)\nanswer["ready"] = True',
        ),
      ],
      { subject: opened.subject, wrapKernels: () => kernels },
    );
    expect(requests[0]?.prompt).toContain(
      'Lines such as `=== page 12` mark where each page begins.',
    );
    expect(requests[1]?.prompt).toMatch(
      /plant manual\.pdf:\d+: The relief valve opens at 4\.2 bar\./,
    );
    expect(result.status).toBe('answered');
    expect(result.answer.replace(/pdf:\d+/g, 'pdf:N').split('\n')).toEqual([
      '- The relief valve opens at 4.2 bar. `plant manual.pdf:N` (page 17)',
      '- Gaskets of the condenser are replaced every 18 months. `plant manual.pdf:N` (page 217)',
      '- The warranty ends on 3 May 2031. `plant manual.pdf:N` (page 300)',
    ]);
    expect(result.citations.map(({ evidence }) => evidence)).toEqual(['read', 'read', 'read']);
  });

  it.each([
    ['At what pressure does the relief valve open?', '4.2 bar', 17],
    ['How often are the gaskets of the condenser replaced?', '18 months', 217],
    ['When does the warranty end?', '3 May 2031', 300],
  ])('answers "%s" offline', async (question, fact, page) => {
    const { result } = await askOffline(question, opened.subject, {}, kernels);
    expect(result.status).toBe('answered');
    expect(result.answer).toContain(fact);
    expect(result.answer).toContain(`\` (page ${page})`);
    expect(result.citations.every(isVerified)).toBe(true);
  });
});
