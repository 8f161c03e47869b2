import { describe, expect, it } from 'vitest';
import { modelFacts } from '../../../src/models/catalogue';
import { parseEndpoint } from '../../../src/models/endpoint';

const usage = (inputTokens: number, outputTokens: number, cachedInputTokens = 0) => ({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  estimated: false,
});
const facts = (name: string, baseUrl: string | null) => modelFacts(name, parseEndpoint(baseUrl));

describe('modelFacts', () => {
  it('knows the window and the price of a model at its provider', () => {
    const { contextWindow, cost } = facts('gpt-4o', null);
    expect(contextWindow).toBe(128_000);
    // $2.50, $1.25 cached and $10 per million.
    expect(cost(usage(1_000_000, 0))).toBeCloseTo(2.5);
    expect(cost(usage(1_000_000, 100_000, 400_000))).toBeCloseTo(1.5 + 0.5 + 1);
    expect(cost(usage(0, 0))).toBe(0);
  });

  it('prices a model by the host that serves it', () => {
    const here = facts('deepseek-chat', 'https://api.deepseek.com/v1').cost(usage(1_000_000, 0));
    expect(here).toBeGreaterThan(0);
    expect(facts('gpt-4o', 'https://api.deepseek.com/v1').cost(usage(1_000_000, 0))).toBeNull();
  });

  it.each([
    ['a model of another name', 'no-such-model-9', null],
    ['a local server with a borrowed name', 'gpt-4o', 'http://127.0.0.1:8000/v1'],
    ['a gateway that nobody listed', 'gpt-4o', 'https://llm.example.com/v1'],
    ['a host that begins like a provider', 'gpt-4o', 'https://api.openai.com.example.org/v1'],
  ])('knows nothing of %s', (_, name, baseUrl) => {
    const { contextWindow, cost } = facts(name, baseUrl);
    expect(contextWindow).toBeNull();
    expect(cost(usage(1_000, 1_000))).toBeNull();
  });

  it('has no price, rather than none to pay, where the catalogue has none for text', () => {
    expect(facts('whisper-1', null).cost(usage(1_000, 1_000))).toBeNull();
  });

  it.each([
    usage(-1, 0),
    usage(0, -5),
    usage(Number.NaN, 0),
    usage(Number.POSITIVE_INFINITY, 0),
    usage(10, 10, 20),
    usage(1e308, 1e308),
    usage(0.5, 0.5),
  ])('has no price, rather than an error, for what it can not reckon: %j', (odd) => {
    const cost = facts('gpt-4o', null).cost(odd);
    expect(cost === null || cost >= 0).toBe(true);
  });

  it.each(['', ' ', '\0', '__proto__', 'constructor', '*', '(', 'gpt-4o'.repeat(10_000), '模型'])(
    'survives the name %j',
    (name) => {
      expect(() => facts(name, null).cost(usage(1_000, 1_000))).not.toThrow();
    },
  );
});
