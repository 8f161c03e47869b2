import type { RecordedNode, Recording } from './recording';
import { noUsage } from './usage';

/**
 * A run as lines of JSON for the visualizer of the official RLM code (alexzhang13/rlm, visualizer/, which
 * reads what its rlm/logger writes): a line of metadata, then one per turn of the root. Sub-calls and
 * children stand under the cell that asked them.
 */
export function exportForVisualizer({ details, root }: Recording): string {
  const { model, limits, time } = details;
  const metadata = {
    type: 'metadata',
    timestamp: timestamp(time),
    root_model: model,
    max_depth: limits?.maxDepth ?? null,
    max_iterations: limits?.maxIterations ?? null,
    backend: 'fathom',
    backend_kwargs: { model_name: model, sub_model_name: details.subModel },
    environment_type: 'fathom',
    environment_kwargs: { subject: details.subject },
    other_backends: null,
  };
  const turns = root.children.filter(
    ({ kind, children }) => kind === 'iteration' && children.length,
  );
  const answer = root.children.find(({ kind }) => kind === 'answer')?.bodies.get('answer') ?? null;
  const lines = turns.map((turn, index) =>
    iteration(turn, index + 1, index === turns.length - 1 ? answer : null, model),
  );
  return `${[metadata, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

function iteration(turn: RecordedNode, number: number, answer: string | null, model: string) {
  const calls = turn.children.filter(({ kind }) => kind === 'model-call');
  const cells = turn.children.filter(({ kind }) => kind === 'cell');
  return {
    type: 'iteration',
    iteration: number,
    timestamp: timestamp(turn.started),
    prompt: calls.flatMap(messages),
    response: calls.map((call) => call.bodies.get('response') ?? '').join('\n\n'),
    code_blocks: cells.map((cell) => codeBlock(cell, model)),
    final_answer: answer,
    iteration_time: seconds(turn),
  };
}

/** What was new in the request: the log, and the visualizer's reader with it, has the rest above. */
function messages(call: RecordedNode) {
  const prompt = call.bodies.get('prompt') ?? '';
  const said = call.records.find((record) => record.kind === 'said');
  let offset = 0;
  return (said?.parts ?? [{ role: 'user', length: prompt.length }]).map(
    ({ role, length }, index, all) => {
      const end = index === all.length - 1 ? prompt.length : offset + length;
      const content = prompt.slice(offset, end);
      offset = end + 2;
      return { role, content };
    },
  );
}

function codeBlock(cell: RecordedNode, model: string) {
  const failed = cell.outcome !== 'ok' && cell.outcome !== null;
  const output = cell.bodies.get('output') ?? '';
  return {
    code: cell.bodies.get('code') ?? '',
    result: {
      stdout: output,
      // Output and errors come in one stream; this is what tells the reader that the cell failed.
      stderr: failed ? (cell.reason ?? 'The cell did not end well.') : '',
      locals: {},
      execution_time: seconds(cell) ?? 0,
      rlm_calls: asked(cell).map((node) => subcall(node, model)),
    },
  };
}

function subcall(node: RecordedNode, model: string) {
  const { inputTokens, outputTokens } = node.usage ?? noUsage;
  const prompt = node.bodies.get('prompt') ?? node.bodies.get('question') ?? '';
  const response = node.bodies.get('response') ?? node.bodies.get('answer');
  return {
    root_model: model,
    prompt,
    response: response ?? `Error: ${node.reason ?? 'no reply'}`,
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    usage_summary: {
      model_usage_summaries: {
        [model]: {
          total_calls: 1,
          total_input_tokens: inputTokens,
          total_output_tokens: outputTokens,
        },
      },
    },
    execution_time: seconds(node) ?? 0,
  };
}

function asked(node: RecordedNode): readonly RecordedNode[] {
  return node.children.flatMap((child) => {
    if (child.kind === 'batch') return asked(child);
    return child.kind === 'subcall' || child.kind === 'child' ? [child] : [];
  });
}

function seconds({ started, ended }: RecordedNode): number | null {
  return ended === null ? null : (ended - started) / 1000;
}

function timestamp(time: number): string {
  return new Date(time).toISOString();
}
