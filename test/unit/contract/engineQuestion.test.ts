import { describe, expect, it } from 'vitest';
import { type EngineQuestion, engineQuestionSchema } from '../../../src/contract/engineQuestion';
import { defaultLimits } from '../../../src/rlm/budget/limits';

const question: EngineQuestion = {
  question: 'Where?',
  subject: {
    kind: 'documents',
    documents: [
      { name: 'a.md', from: 'file', path: '/a.md' },
      { name: 'b', from: 'text', text: 'b', firstLine: 3, marks: [{ line: 1, label: 'cell 1' }] },
    ],
  },
  report: { template: 'change-log', revisions: { from: 'v1', to: 'HEAD' }, language: '' },
  reportFile: null,
  exclude: [['**/generated/**']],
  model: {
    kind: 'named',
    baseUrl: null,
    model: 'big',
    subModel: null,
    otherModels: [],
    api: 'auto',
    apiKey: null,
  },
  kernel: {
    kernel: 'auto',
    isolation: 'on',
    pythonPath: null,
    preferredPythons: [],
    outside: ['/project'],
    stateFolder: '/state',
  },
  limits: defaultLimits,
  allowSecretFiles: [],
  maxFileSize: 1,
  promptsFolder: null,
  directAnswers: true,
  logFolder: '/runs',
  cacheFolder: null,
  followUp: null,
  resume: false,
};

describe('a question on its way to the engine', () => {
  it('is data, and gets there whole', () => {
    expect(engineQuestionSchema.parse(structuredClone(question))).toEqual(question);
  });

  it('has no field that the engine does not know, at any depth', () => {
    const { limits, kernel, model } = question;
    for (const more of [
      { ...question, baseUrl: 'http://127.0.0.1' },
      { ...question, limits: { ...limits, maxCost: 1 } },
      { ...question, kernel: { ...kernel, confined: false } },
      { ...question, model: { ...model, key: 'sk' } },
      { ...question, subject: { kind: 'workspace', folders: [], prefix: '' } },
    ]) {
      expect(() => engineQuestionSchema.parse(more)).toThrow(/unrecognized/i);
    }
  });

  it('lacks none: a limit that is not there would be no limit', () => {
    for (const name of Object.keys(question)) {
      const { [name as keyof EngineQuestion]: _, ...less } = question;
      expect(engineQuestionSchema.safeParse(less).success, name).toBe(false);
    }
    const { maxCostUsd: _, ...limits } = question.limits;
    expect(engineQuestionSchema.safeParse({ ...question, limits }).success).toBe(false);
  });
});
