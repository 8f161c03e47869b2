import { describe, expect, it } from 'vitest';
import { type LogLine, RunLog } from '../../../src/editor/runLog';
import type { RunId } from '../../../src/trajectory/events';
import { RunRecorder } from '../../../src/trajectory/recorder';

describe('RunLog', () => {
  it('has one line for each event that means something', () => {
    const log = new RunLog();
    const lines: LogLine[] = [];
    const recorder = new RunRecorder({
      run: 'r1' as RunId,
      sinks: [
        (event) => {
          const line = log.line(event);
          if (line) lines.push(line);
        },
      ],
      now: () => 0,
    });
    const root = recorder.start({
      question: 'Where\nis it?',
      model: 'm',
      subModel: 's',
      subject: 'app',
    });
    const iteration = root.child('iteration', 'Think');
    const call = iteration.child('model-call', 'm');
    call.progress({ text: 'streamed words' });
    call.body('response', 'a long body');
    call.end('error', { reason: 'No route.\nReally.' });
    iteration.end('ok');
    root.end('cancelled');
    expect(lines).toEqual([
      { level: 'info', text: 'r1 asks m (sub-calls: s) about app: Where is it?' },
      { level: 'info', text: 'r1 iteration · Think' },
      { level: 'warn', text: 'r1 model-call error · m · No route. Really.' },
      { level: 'info', text: 'r1 run cancelled · Where is it?' },
    ]);
  });
});
