import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../../src/models/endpoint';

describe('parseEndpoint', () => {
  it('takes nothing for OpenAI', () => {
    for (const nothing of [null, '', '  ']) {
      expect(parseEndpoint(nothing)).toEqual({
        url: 'https://api.openai.com/v1',
        shownUrl: 'https://api.openai.com/v1',
        host: 'api.openai.com',
        loopback: false,
        openAi: true,
        anthropic: false,
        azure: false,
        openRouter: false,
      });
    }
  });

  it.each([
    ['http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434/v1'],
    [' http://localhost:1234/v1/ ', 'http://localhost:1234/v1'],
    ['https://gateway.example/a/v1//', 'https://gateway.example/a/v1'],
    ['https://gateway.example/v1/chat/completions', 'https://gateway.example/v1'],
    ['https://gateway.example/v1/responses', 'https://gateway.example/v1'],
    ['https://gateway.example/v1/messages/', 'https://gateway.example/v1'],
    ['https://gateway.example', 'https://gateway.example'],
    ['https://gateway.example/v1/models', 'https://gateway.example/v1'],
    ['https://gateway.example/v1/completions/', 'https://gateway.example/v1'],
    ['https://gateway.example/v1//chat/completions', 'https://gateway.example/v1'],
    ['https://gateway.example/models/v1', 'https://gateway.example/models/v1'],
    [
      'https://me.openai.azure.com/openai/deployments/big/chat/completions?api-version=2024-10-21',
      'https://me.openai.azure.com/openai/deployments/big?api-version=2024-10-21',
    ],
    ['https://gateway.example/v1?version=2', 'https://gateway.example/v1?version=2'],
  ])('reads %j', (text, url) => {
    expect(parseEndpoint(text).url).toBe(url);
  });

  it('does not show a query, which may hold a secret', () => {
    expect(parseEndpoint('https://gateway.example/v1?key=secret').shownUrl).not.toContain('secret');
  });

  it.each(['localhost:11434', 'ftp://host/v1', 'file:///etc', 'not a url', '/v1', 'http://'])(
    'refuses %j and says how one looks',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(/must start with http:\/\/ or https:\/\//);
    },
  );

  it('refuses a password in the URL without repeating it', () => {
    const parse = () => parseEndpoint('https://me:hunter2@gateway.example/v1');
    expect(parse).toThrow('gateway.example has a user name or password');
    expect(parse).not.toThrow('hunter2');
  });

  it.each([
    ['http://localhost:1/v1', true],
    ['http://127.1.2.3/v1', true],
    ['http://[::1]:1/v1', true],
    ['http://192.168.1.5/v1', false],
    ['http://127.0.0.1.example.com/v1', false],
  ])('knows whether %s is this machine', (url, loopback) => {
    expect(parseEndpoint(url).loopback).toBe(loopback);
  });
});
