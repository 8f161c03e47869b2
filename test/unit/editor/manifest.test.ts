import { access, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  commandId,
  commandNames,
  contextKey,
  contextNames,
  settingNames,
} from '../../../src/editor/manifestNames';
import { apiWishes } from '../../../src/models/apiName';
import { defaultMaxFileSize } from '../../../src/repository/text/maxFileSize';
import { defaultLimits } from '../../../src/rlm/budget/limits';

const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');

const manifest = z
  .object({
    capabilities: z.object({
      untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }),
    }),
    contributes: z.object({
      commands: z.array(
        z.object({
          command: z.string(),
          title: z.string(),
          category: z.string(),
          icon: z.string().optional(),
        }),
      ),
      views: z.record(z.string(), z.array(z.object({ id: z.string() }))),
      menus: z.record(z.string(), z.array(z.object({ command: z.string() }))),
      walkthroughs: z.array(
        z.object({
          steps: z.array(
            z.object({
              description: z.string(),
              media: z.object({ image: z.union([z.string(), z.record(z.string(), z.string())]) }),
            }),
          ),
        }),
      ),
      configuration: z.object({
        properties: z.record(
          z.string(),
          z.object({
            default: z.unknown(),
            scope: z.string(),
            enum: z.array(z.string()).optional(),
            order: z.number(),
            markdownDescription: z.string().min(20),
          }),
        ),
      }),
    }),
  })
  .parse(JSON.parse(text));
const { properties } = manifest.contributes.configuration;

describe('the manifest', () => {
  it('has the default limits of the engine', () => {
    const shown = (name: string) => properties[`fathom.limits.${name}`]?.default;
    expect({
      maxDepth: shown('maxDepth'),
      maxIterations: shown('maxIterations'),
      maxSubcalls: shown('maxSubcalls'),
      maxTokens: shown('maxTokens'),
      maxCostUsd: shown('maxCostUsd'),
      timeoutMs: Number(shown('timeoutSeconds')) * 1000,
      cellTimeoutMs: Number(shown('cellTimeoutSeconds')) * 1000,
      concurrency: shown('concurrency'),
    }).toEqual(defaultLimits);
  });

  it('has the default file size of the repository', () => {
    const megabytes = Number(properties['fathom.maxFileSizeMB']?.default);
    expect(megabytes * 1024 * 1024).toBe(defaultMaxFileSize);
  });

  it('offers the APIs that there are', () => {
    const { enum: offered, default: byDefault } = properties['fathom.api'] ?? {};
    expect([offered, byDefault]).toEqual([[...apiWishes], 'auto']);
  });

  it('lets no workspace choose where keys go, what runs and how confined, or which secrets are read', () => {
    for (const name of [
      'baseUrl',
      'api',
      'isolation',
      'pythonPath',
      'allowSecretFiles',
      'promptsFolder',
    ]) {
      expect(properties[`fathom.${name}`]?.scope).toBe('machine');
    }
  });

  it('takes no setting of a workspace that is not trusted', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect([...restrictedConfigurations].sort()).toEqual(Object.keys(properties).sort());
  });

  it('declares the settings that code reads, and no others', async () => {
    expect(Object.keys(properties).sort()).toEqual(
      settingNames.map((name) => `fathom.${name}`).sort(),
    );
    const code = await readFile(
      new URL('../../../src/editor/settings.ts', import.meta.url),
      'utf8',
    );
    for (const name of settingNames) expect(code).toContain(`'${name}'`);
  });

  it('declares the commands that code registers, and no others', () => {
    expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual(
      commandNames.map(commandId).sort(),
    );
  });

  it('asks in its conditions for the context keys that code sets, and no others', () => {
    const conditions = [...text.matchAll(/"(?:when|enablement)": "([^"]*)"/g)].map(
      ([, one]) => one,
    );
    const named = new Set(conditions.join(' ').match(/fathom\.\w+/g));
    const views = Object.values(manifest.contributes.views).flat();
    for (const { id } of views) named.delete(id);
    expect([...named].sort()).toEqual(contextNames.map(contextKey).sort());
  });

  it('titles every command under Fathom', () => {
    for (const { command, title, category } of manifest.contributes.commands) {
      expect(command).toMatch(/^fathom\./);
      expect(title).not.toBe('');
      expect(category).toBe('Fathom');
    }
  });

  it('has the settings in their order, each in a place of its own', () => {
    const orders = Object.values(properties).map(({ order }) => order);
    expect(orders).toEqual(orders.map((_, index) => index));
  });

  it('draws an icon only for what is in a menu', () => {
    const { commandPalette: _, ...menus } = manifest.contributes.menus;
    const inMenus = new Set(Object.values(menus).flatMap((rows) => rows.map((row) => row.command)));
    const drawn = manifest.contributes.commands.filter(({ icon }) => icon !== undefined);
    expect(drawn.map(({ command }) => command).filter((name) => !inMenus.has(name))).toEqual([]);
  });

  it('walks newcomers through with commands that there are and pictures that are shipped', async () => {
    const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
    const shipped = await readFile(new URL('../../../.vscodeignore', import.meta.url), 'utf8');
    for (const { description, media } of manifest.contributes.walkthroughs.flatMap(
      ({ steps }) => steps,
    )) {
      const linked = [...description.matchAll(/\(command:([\w.]+)\)/g)].map(([, name]) => name);
      expect(linked).toHaveLength(1);
      for (const name of linked) expect(commands).toContain(name);
      for (const image of typeof media.image === 'string'
        ? [media.image]
        : Object.values(media.image)) {
        await access(new URL(`../../../${image}`, import.meta.url));
        expect(shipped).toContain(`\n!${image}\n`);
      }
    }
  });
});
