import { harmless } from '../ground/drawable';
import { safeMarkdown } from '../ground/markdown/safeMarkdown';
import type { RunStarted, Usage } from './events';
import {
  askedBelow,
  type RecordedNode,
  type Recording,
  recordOf,
  saidMessages,
  usageBelow,
} from './recording';
import { addUsage, noUsage } from './usage';

/**
 * A run as lines of JSON for the visualizer of the official RLM code (alexzhang13/rlm: visualizer/ reads what
 * rlm/logger writes): a line of metadata, then one per turn of the root. Sub-calls and children are under the
 * cell that made them, a child's own sub-calls after it. The `metadata` of a child's call has all its turns,
 * as in the official logs.
 */
export function exportForVisualizer({ details, root }: Recording): string {
  const metadata = {
    type: 'metadata',
    timestamp: timestamp(details.time),
    ...runMetadata(details, details.model),
  };
  const answer = root.children.find(({ kind }) => kind === 'answer')?.bodies.get('answer') ?? null;
  const lines = iterations(root, details, details.question, answer);
  return `${[metadata, ...lines].map((line) => JSON.stringify(line, safely)).join('\n')}\n`;
}

/** Makes texts safe to show: replies of models as Markdown, the rest as plain text. */
function safely(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return key === 'response' || key === 'final_answer' ? safeMarkdown(value) : harmless(value);
}

function runMetadata({ limits, subject, subModel }: RunStarted, model: string) {
  return {
    root_model: model,
    max_depth: limits?.maxDepth ?? null,
    max_iterations: limits?.maxIterations ?? null,
    backend: 'fathom',
    backend_kwargs: { model_name: model, sub_model_name: subModel },
    environment_type: 'fathom',
    environment_kwargs: { subject },
    other_backends: null,
  };
}

/** The turns of a completion. */
function iterations(
  completion: RecordedNode,
  details: RunStarted,
  question: string,
  answer: string | null,
) {
  const turns = completion.children.filter(
    ({ kind, children }) => kind === 'iteration' && children.length > 0,
  );
  return turns.map((turn, index) => ({
    type: 'iteration',
    iteration: index + 1,
    timestamp: timestamp(turn.started),
    prompt: [
      ...(index === 0 ? [originalQuery(question)] : []),
      ...modelCalls(turn).flatMap(messages),
    ],
    response: modelCalls(turn)
      .map((call) => call.bodies.get('response') ?? '')
      .join('\n\n'),
    code_blocks: turn.children
      .filter(({ kind }) => kind === 'cell')
      .map((cell) => codeBlock(cell, details)),
    final_answer: index === turns.length - 1 ? answer : null,
    iteration_time: seconds(turn),
  }));
}

/** The visualizer takes its title from this; its pattern ends at a quotation mark. */
function originalQuery(question: string) {
  return { role: 'user', content: `original query: "${question.replaceAll('"', '”')}"` };
}

function modelCalls(turn: RecordedNode): readonly RecordedNode[] {
  return turn.children.filter(({ kind }) => kind === 'model-call');
}

/** The new messages of a request; the earlier ones are above it in the log. */
function messages(call: RecordedNode) {
  const prompt = call.bodies.get('prompt') ?? '';
  const said = recordOf(call, 'said');
  return said ? saidMessages(prompt, said) : [{ role: 'user', content: prompt }];
}

function codeBlock(cell: RecordedNode, details: RunStarted) {
  const failed = cell.outcome !== 'ok' && cell.outcome !== null;
  return {
    code: (cell.bodies.get('code') ?? '').trimEnd(),
    result: {
      stdout: cell.bodies.get('output') ?? '',
      // Output and errors share one stream, so only this shows that the cell failed.
      stderr: failed ? (cell.reason ?? 'The cell did not end well.') : '',
      locals: {},
      execution_time: seconds(cell) ?? 0,
      rlm_calls: askedBelow(cell).flatMap((node) => callsOf(node, details)),
      final_answer: null,
    },
  };
}

/** A sub-call; or a child followed by the calls of its code, which the visualizer would not show. */
function callsOf(node: RecordedNode, details: RunStarted): readonly Call[] {
  if (node.kind === 'subcall') {
    const prompt = node.bodies.get('prompt') ?? '';
    return [call(node, prompt, details.subModel, usageBelow(node), 1)];
  }
  const question = node.bodies.get('question') ?? node.summary;
  const turns = node.children.filter(({ kind }) => kind === 'iteration');
  const own = turns.flatMap(modelCalls);
  const model = own[0]?.summary ?? details.subModel;
  const usage = own.map(usageBelow).reduce(addUsage, noUsage);
  const answer = node.bodies.get('answer') ?? null;
  const child: Call = {
    ...call(node, `Child RLM: ${question}`, model, usage, own.length),
    metadata: {
      run_metadata: runMetadata(details, model),
      iterations: iterations(node, details, question, answer),
    },
  };
  const below = turns
    .flatMap(({ children }) => children.filter(({ kind }) => kind === 'cell'))
    .flatMap(askedBelow)
    .flatMap((inner) => callsOf(inner, details))
    .map(({ metadata: _, prompt, ...inner }) => ({
      ...inner,
      prompt: `In the child RLM “${node.summary}”:\n${prompt}`,
    }));
  return [child, ...below];
}

type Call = ReturnType<typeof call> & { readonly metadata?: object };

function call(
  node: RecordedNode,
  prompt: string,
  model: string,
  { inputTokens, outputTokens, costUsd }: Usage,
  calls: number,
) {
  const response = node.bodies.get('response') ?? node.bodies.get('answer');
  const error = `Error: ${node.reason ?? 'no reply'}`;
  return {
    root_model: model,
    prompt,
    // Empty in official logs when a call failed, but the visualizer has no other place for the error.
    response: response ?? error,
    ...(response === undefined ? { error } : {}),
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    usage_summary: {
      model_usage_summaries: {
        [model]: {
          total_calls: calls,
          total_input_tokens: inputTokens,
          total_output_tokens: outputTokens,
          ...(costUsd === null ? {} : { total_cost: costUsd }),
        },
      },
    },
    execution_time: seconds(node) ?? 0,
  };
}

function seconds({ started, ended }: RecordedNode): number | null {
  return ended === null ? null : (ended - started) / 1000;
}

function timestamp(time: number): string {
  return new Date(time).toISOString();
}
