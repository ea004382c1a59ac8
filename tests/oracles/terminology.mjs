// Codes against the value sets and code systems that come with FHIR R4; what cannot be listed (UCUM, languages) is let be.

const FILES = ['valuesets', 'v3-codesystems', 'v2-tables'];
const OWN = ['http://hl7.org/fhir/', 'http://terminology.hl7.org/CodeSystem/'];

export class Terminology {
  constructor(core, readJson) {
    this.core = core;
    this.systems = new Map();
    this.sets = new Map();
    this.expanded = new Map();
    for (const file of FILES) {
      for (const { resource } of readJson(`fhir/r4/${file}.json`).entry) {
        const kept = resource.resourceType === 'CodeSystem' ? this.systems : this.sets;
        kept.set(resource.url, resource);
      }
    }
  }

  /** What is wrong with the codes of a resource. */
  faults(resource) {
    const found = [];
    this.#element(resource, resource.resourceType, resource.resourceType, found);
    return found;
  }

  #element(value, type, path, found) {
    const elements = this.core.tryGetDataType(type)?.elements;
    if (!elements) {
      return;
    }
    for (const [name, element] of Object.entries(elements)) {
      for (const { code: of } of element.type ?? []) {
        const field = name.endsWith('[x]') ? name.slice(0, -3) + of[0].toUpperCase() + of.slice(1) : name;
        for (const one of [value[field] ?? []].flat()) {
          this.#value(one, of, element.binding, `${path}.${field}`, found);
        }
      }
    }
  }

  #value(value, type, binding, path, found) {
    if (type === 'Resource') {
      return; // each entry of a bundle is looked at by itself
    }
    for (const coding of codings(value, type)) {
      this.#coding(coding, path, found);
    }
    if (binding?.strength === 'required') {
      this.#bound(value, type, binding.valueSet.split('|')[0], path, found);
    }
    if (value !== null && typeof value === 'object' && type !== 'Coding') {
      this.#element(value, type, path, found);
    }
  }

  /** A coding of a system that is here in full: its code must be one, and its display that of the code. */
  #coding(coding, path, found) {
    const system = this.systems.get(coding.system);
    if (system === undefined) {
      if (OWN.some((own) => coding.system?.startsWith(own))) {
        found.push({ where: path, what: `no code system ${coding.system}` });
      }
      return;
    }
    const concept = concepts(system).find((one) => one.code === coding.code);
    if (concept === undefined && system.content === 'complete') {
      found.push({ where: path, what: `no code ${coding.code} in ${coding.system}` });
    } else if (concept?.display && coding.display && concept.display !== coding.display) {
      found.push({ where: path, what: `${coding.code} is "${concept.display}", found "${coding.display}"` });
    }
  }

  #bound(value, type, url, path, found) {
    const allowed = this.#expand(url);
    const given = type === 'code' ? [{ code: value }] : codings(value, type);
    if (allowed === undefined || given.length === 0) {
      return;
    }
    if (!given.some((one) => allowed.has(one.code))) {
      found.push({ where: path, what: `${given.map((one) => one.code)} is not in ${url}` });
    }
  }

  /** The codes of a value set; undefined if it cannot be listed. */
  #expand(url) {
    if (!this.expanded.has(url)) {
      this.expanded.set(url, this.#listed(url));
    }
    return this.expanded.get(url);
  }

  #listed(url) {
    const codes = new Set();
    for (const part of this.sets.get(url)?.compose?.include ?? [{ filter: [] }]) {
      const system = this.systems.get(part.system);
      if (part.filter || (!part.concept && !part.valueSet && (!system || system.content !== 'complete'))) {
        return undefined;
      }
      for (const one of part.concept ?? (part.valueSet ? [] : concepts(system))) {
        codes.add(one.code);
      }
      for (const other of part.valueSet ?? []) {
        const more = this.#expand(other);
        if (more === undefined) {
          return undefined;
        }
        more.forEach((code) => codes.add(code));
      }
    }
    return codes;
  }
}

function codings(value, type) {
  if (type === 'Coding') {
    return [value];
  }
  return type === 'CodeableConcept' ? (value.coding ?? []) : [];
}

function concepts(system) {
  const below = (list) => list.flatMap((one) => [one, ...below(one.concept ?? [])]);
  system.flat ??= below(system.concept ?? []);
  return system.flat;
}
