// The packages that others wrote, from the folder that DEVICELOG_ORACLES names or from the one beside this file.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const folder = process.env.DEVICELOG_ORACLES ?? join(here, 'node_modules');
const require = createRequire(join(folder, '..', 'from.cjs'));

/** A package in CommonJS. */
export function load(name) {
  return require(name);
}

/** A package that has only ECMAScript modules. */
export async function loadModule(name) {
  return import(pathToFileURL(require.resolve(name)).href);
}

/** What a script found, as JSON: nothing else goes to stdout. */
export function tell(found) {
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
