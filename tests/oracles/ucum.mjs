// node ucum.mjs CODE...: what NLM's ucum-lhc says of each, as {code: {status, ucumCode, message}}.

import { load, tell } from './modules.mjs';

const utils = load('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance();
const found = {};
for (const code of process.argv.slice(2)) {
  const { status, ucumCode, retMsg } = utils.validateUnitString(code, false);
  found[code] = { status, ucumCode: ucumCode ?? null, message: retMsg ?? [] };
}
tell(found);
