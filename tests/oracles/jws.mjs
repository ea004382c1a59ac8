// node jws.mjs KEY.pem FILE...: whether Bundle.signature of each file is by this key, as {file: null or why not}.
//
// jose verifies the detached JWS, canonicalize makes the RFC 8785 form of the bundle less signature, id and meta.

import { readFileSync } from 'node:fs';
import { load, loadModule, tell } from './modules.mjs';

const canonicalize = load('canonicalize');
const jose = await loadModule('jose');
const [pem, ...files] = process.argv.slice(2);
const key = await jose.importSPKI(readFileSync(pem, 'utf-8'), 'Ed25519');

async function verify(file) {
  const { signature, id, meta, ...signed } = JSON.parse(readFileSync(file, 'utf-8'));
  const [header, payload, mark] = Buffer.from(signature.data, 'base64').toString('ascii').split('.');
  if (payload !== '') {
    throw new Error('the payload is not detached');
  }
  const bytes = Buffer.from(canonicalize(signed), 'utf-8').toString('base64url');
  const jws = { protected: header, payload: bytes, signature: mark };
  await jose.flattenedVerify(jws, key, { algorithms: ['Ed25519'] });
}

const found = {};
for (const file of files) {
  try {
    await verify(file);
    found[file] = null;
  } catch (error) {
    found[file] = String(error);
  }
}
tell(found);
