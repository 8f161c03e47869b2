import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LanguageModel, ModelReply } from '../../../src/models/languageModel';
import { SubcallCache } from '../../../src/rlm/calls/subcallCache';
import { newRunId, RunRecorder } from '../../../src/trajectory/recorder';
import { noUsage } from '../../../src/trajectory/usage';

const never = new AbortController().signal;
const model: LanguageModel = {
  name: 'model',
  offline: false,
  contextWindow: null,
  price: () => null,
  complete: () => Promise.reject(new Error('The cache asks nobody by itself.')),
};
const recorder = new RunRecorder({ run: newRunId(0, Math.random), sinks: [], now: () => 0 });
const node = recorder.start({ question: '', model: '', subModel: '', subject: '' });
const question = { model, prompt: 'p', node };
const replyOf = (text: string): ModelReply => ({ text, usage: noUsage, finishReason: 'stop' });

/** A call that goes on until it is let go or its signal aborts, as calls to models do. */
function pendingCall(signal: AbortSignal) {
  const gate = Promise.withResolvers<ModelReply>();
  signal.addEventListener('abort', () => gate.reject(signal.reason));
  return { ask: () => gate.promise, answer: (text: string) => gate.resolve(replyOf(text)) };
}

describe('the same prompt, asked twice at once', () => {
  it('is asked once', async () => {
    const cache = new SubcallCache(null);
    const call = pendingCall(never);
    const first = cache.reply(question, call.ask, never);
    const second = cache.reply(question, () => Promise.reject(new Error('asked twice')), never);
    call.answer('said');
    expect(await first).toMatchObject({ reply: { text: 'said' }, fromMemory: false });
    expect(await second).toMatchObject({ reply: { text: 'said' }, fromMemory: true });
  });

  it('is asked by the others when the one who asked it is stopped', async () => {
    const cache = new SubcallCache(null);
    const stop = new AbortController();
    const asked: string[] = [];
    const first = cache.reply(question, pendingCall(stop.signal).ask, stop.signal);
    const others = ['second', 'third'].map((who) =>
      cache.reply(
        question,
        async () => {
          asked.push(who);
          return replyOf(`said to ${who}`);
        },
        never,
      ),
    );
    stop.abort(new Error('stopped by a person'));
    await expect(first).rejects.toThrow('stopped by a person');
    expect((await Promise.all(others)).map(({ reply }) => reply.text)).toEqual([
      'said to second',
      'said to second',
    ]);
    expect(asked).toEqual(['second']);
  });

  it('is waited for no longer by one who is stopped', async () => {
    const cache = new SubcallCache(null);
    const stop = new AbortController();
    const call = pendingCall(never);
    const first = cache.reply(question, call.ask, never);
    const second = cache.reply(question, () => Promise.resolve(replyOf('')), stop.signal);
    stop.abort(new Error('stopped by a person'));
    await expect(second).rejects.toThrow('stopped by a person');
    call.answer('said');
    expect((await first).reply.text).toBe('said');
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('fails for all when the model fails', async () => {
    const cache = new SubcallCache(null);
    let asked = 0;
    const ask = async () => {
      asked += 1;
      throw new Error('refused');
    };
    const both = await Promise.allSettled([
      cache.reply(question, ask, never),
      cache.reply(question, ask, never),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toBe(1);
  });
});
