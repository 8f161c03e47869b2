import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findReportTemplate,
  loadReportTemplates,
  needsRevisions,
} from '../../../src/rlm/report/reportTemplates';
import { projectFolder, temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

const own = join(projectFolder, 'prompts');
const submit = '```repl\nFINAL("done")\n```';

async function promptFolder(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder('templates');
  await mkdir(join(folder.path, 'reports'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder.path, 'reports', name), text);
  }
  return folder;
}

describe('report templates', () => {
  it('are seven, in the order in which they are offered, and only one is about revisions', async () => {
    const templates = await loadReportTemplates([own]);
    expect(templates.map(({ name }) => name)).toEqual([
      'architecture-overview',
      'api-reference',
      'onboarding-guide',
      'security-review',
      'test-gaps',
      'change-log',
      'glossary',
    ]);
    expect(templates.filter(needsRevisions).map(({ name }) => name)).toEqual(['change-log']);
    expect(() => findReportTemplate(templates, 'poem')).toThrow(
      'There is no report template "poem". Templates are: architecture-overview, api-reference,',
    );
  });

  it('are replaced one by one by those of another folder, which may have its own', async () => {
    await using folder = await promptFolder({
      'glossary.md': '---\ntitle: Words\nquestion: Which words?\n---\nList words.\n',
      'license-check.md': '---\r\ntitle: Licences\r\nquestion: Which?\r\n---\r\nList them.\r\n',
    });
    const templates = await loadReportTemplates([own, folder.path]);
    expect(templates).toHaveLength(8);
    expect(findReportTemplate(templates, 'glossary')).toEqual({
      name: 'glossary',
      title: 'Words',
      description: '',
      question: 'Which words?',
      task: 'List words.',
    });
    expect(templates.at(-1)).toMatchObject({ name: 'license-check', title: 'Licences' });
  });

  it.each([
    ['no head', 'Words', /bad\.md is not a report template: it must begin with "---"/],
    ['no question', '---\ntitle: Words\n---\nx', /bad\.md has no "question: \.\.\."/],
    [
      'an unknown placeholder',
      '---\ntitle: a\nquestion: b\n---\n{{form}}',
      /bad\.md uses \{\{form\}\}, .* may use: \{\{from\}\}, \{\{to\}\}/,
    ],
  ])('with %s are wrong usage', async (_, text, message) => {
    await using folder = await promptFolder({ 'bad.md': text });
    const { result, requests } = await scriptedRun([submit], {
      promptFolders: [folder.path],
      report: { template: 'glossary', revisions: null, language: '' },
    });
    expect(result).toMatchObject({ status: 'error', fault: 'usage' });
    expect(result.reason).toMatch(message);
    expect(requests).toEqual([]);
  });
});

describe('a report that is wanted', () => {
  it('is asked for after the question and the context, with template, revisions and language', async () => {
    const { requests, log } = await scriptedRun([submit], {
      question: 'What changed?',
      report: {
        template: 'change-log',
        revisions: { from: 'v1.0', to: 'v1.1' },
        language: 'Deutsch',
      },
    });
    const prompt = requests[0]?.prompt ?? '';
    expect(prompt).toMatch(
      /^<question>\nWhat changed\?\n<\/question>\n\n`context` is a repository[\s\S]*\n\n<report template="change-log" language="Deutsch">\nWrite a change log from the revision v1\.0 to the revision v1\.1\./,
    );
    expect(prompt).toContain('\n- Write in Deutsch, headings too.');
    expect(prompt).toMatch(/\n<\/report>\n\nTurn 1\/30/);
    expect(log).toContain('"What changed?"');
  });

  it('has no template and no language of its own, where only a file is named', async () => {
    const { requests } = await scriptedRun([submit], { reportFile: 'out.md' });
    const prompt = requests[0]?.prompt ?? '';
    expect(prompt).toContain('<report template="none" language="">\n\nA report file is wanted.');
    expect(prompt).not.toContain('Write in');
  });
});
