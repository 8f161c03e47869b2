import type { HostMethod } from './hostMethod';
import { languageMethods } from './languageMethods';
import { modelMethods } from './modelMethods';
import { reportMethods } from './reportMethods';
import { repositoryMethods } from './repositoryMethods';
import { textMethods } from './textMethods';

/** All that the code in a kernel may ask of its host, by name. */
export const hostMethods: ReadonlyMap<string, HostMethod> = new Map(
  [...repositoryMethods, ...languageMethods, ...textMethods, ...modelMethods, ...reportMethods].map(
    (method) => [method.name, method],
  ),
);
