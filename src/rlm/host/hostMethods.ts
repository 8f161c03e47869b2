import type { HostMethod } from './hostMethod';
import { languageMethods } from './languageMethods';
import { modelMethods } from './modelMethods';
import { reportMethods } from './reportMethods';
import { repositoryMethods } from './repositoryMethods';
import { textMethods } from './textMethods';

/** All methods that the code in a kernel may call, by name. */
export const hostMethods: ReadonlyMap<string, HostMethod> = new Map(
  [...repositoryMethods, ...languageMethods, ...textMethods, ...modelMethods, ...reportMethods].map(
    (method) => [method.name, method],
  ),
);
