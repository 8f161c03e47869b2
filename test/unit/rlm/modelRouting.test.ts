import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAiModel } from '../../../src/models/openAiModel';
import { ModelChoice } from '../../../src/rlm/calls/modelChoice';
import { loadPrompts } from '../../../src/rlm/prompts/prompts';
import { projectFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = cell('FINAL("done")');
const isQuestion = (content: string) => content.includes('<question>');

describe('models that code may name', () => {
  it('are asked by name, alone, in a batch and as the root of a child', async () => {
    const { requests, result } = await scriptedRun(
      ({ messages, number }) => {
        if (number === 1) {
          return cell(
            'print(llm_query("one", model="wise"), llm_query_batched(["two"], model="fast"))\n' +
              'print(rlm_query("child", context=[1], model="wise"), llm_query("three"))',
          );
        }
        const child = messages.some(({ content }) => content.includes('\nchild\n'));
        if (child && messages.length === 2) return cell('print(llm_query("four"))');
        return messages.some(({ content }) => isQuestion(content)) ? submit : 'heard';
      },
      { otherModels: ['wise', 'fast'], limits: { maxDepth: 2, concurrency: 1 } },
    );
    expect(result.status).toBe('answered');
    const asked = requests.map(({ model, prompt }) => [
      model,
      isQuestion(prompt) ? 'question' : prompt.split('\n')[0],
    ]);
    expect(asked).toEqual([
      ['scripted', 'question'],
      ['wise', 'one'],
      ['fast', 'two'],
      ['wise', 'question'],
      // A child's sub-calls are the sub-model's again.
      ['scripted', 'four'],
      ['wise', expect.stringMatching(/^REPL output/)],
      ['scripted', 'three'],
      ['scripted', expect.stringMatching(/^REPL output/)],
    ]);
    const first = requests[0]?.prompt;
    expect(first).toContain(
      '\n\nModels for sub-calls and children: scripted, wise, fast. They ask scripted unless `model=` names another.\n\nTurn 1/30',
    );
  });

  it('are not spoken of where there is no choice, and others are refused', async () => {
    const { requests } = await scriptedRun(
      [cell('llm_query_batched(["x"], model="gpt-99")'), submit],
      {},
    );
    expect(requests[0]?.prompt).not.toContain('Models for');
    expect(requests[1]?.prompt).toContain(
      'ValueError: There is no model "gpt-99" here. Use one of: scripted; or leave model out for scripted.',
    );
  });

  it('are shown with the prices that are known', async () => {
    const prompts = await loadPrompts([join(projectFolder, 'prompts')]);
    const open = (name: string) => openAiModel({ name, apiKey: 'sk-test', baseUrl: null });
    const choice = new ModelChoice(open('gpt-5'), open('gpt-5-mini'), [open('unheard-of')]);
    expect(choice.describe(prompts)).toBe(
      'Models for sub-calls and children: gpt-5 ($1.25 in, $10 out per million tokens), unheard-of, ' +
        'gpt-5-mini ($0.25 in, $2 out per million tokens). They ask gpt-5-mini unless `model=` names another.',
    );
  });
});
