import assert from "node:assert/strict";
import {
  originsOf,
  refuseMadeElsewhere,
  type RequestOrigin,
  requireMadeHere,
} from "../../src/accounts/check_origin.ts";

const OWN = { origins: originsOf(["https://wax.example/app", "https://front.example:8443"]) };

function request(fetchSite: string | null, origin: string | null, host = "wax.internal:8000"): RequestOrigin {
  return { fetchSite, origin, host };
}

/** What a request says, whether it may write by a cookie, and whether it may log a browser in. */
const CASES: [string, RequestOrigin, boolean, boolean][] = [
  ["nothing", request(null, null), false, true],
  ["same-origin", request("same-origin", null), true, true],
  ["same-origin with our Origin", request("same-origin", "http://wax.internal:8000"), true, true],
  ["same-site", request("same-site", null), false, false],
  ["cross-site", request("cross-site", null), false, false],
  [
    "cross-site with the Origin of the host, so another scheme",
    request("cross-site", "http://wax.internal:8000"),
    false,
    false,
  ],
  ["cross-site from PUBLIC_URL", request("cross-site", "https://wax.example"), true, true],
  ["same-site from a configured origin", request("same-site", "https://front.example:8443"), true, true],
  ["none", request("none", null), false, true],
  ["an unknown word", request("sideways", null), false, false],
  ["an Origin equal to Host", request(null, "http://wax.internal:8000"), true, true],
  [
    "an Origin equal to Host in another case",
    request(null, "http://wax.internal:8000", "WAX.internal:8000"),
    true,
    true,
  ],
  ["an Origin of another port", request(null, "http://wax.internal:8001"), false, false],
  ["an Origin that begins like Host", request(null, "http://wax.internal:8000.evil.example"), false, false],
  ["the Origin null", request(null, "null"), false, false],
  ["an Origin that is none", request(null, "%%%"), false, false],
  ["an empty Origin and no Host", { fetchSite: null, origin: "", host: "" }, false, false],
  ["a configured Origin", request(null, "https://front.example:8443"), true, true],
  ["a configured Origin over http", request(null, "http://front.example:8443"), false, false],
  ["a sub-domain of a configured Origin", request(null, "https://a.wax.example"), false, false],
];

for (const [what, said, mayWrite, mayLogIn] of CASES) {
  Deno.test(`a request that says ${what} ${mayWrite ? "may" : "may not"} write by a cookie`, () => {
    if (mayWrite) assert.doesNotThrow(() => requireMadeHere(said, OWN));
    else assert.throws(() => requireMadeHere(said, OWN), { code: "conflict" });
  });
  Deno.test(`a request that says ${what} ${mayLogIn ? "may" : "may not"} log a browser in`, () => {
    if (mayLogIn) assert.doesNotThrow(() => refuseMadeElsewhere(said, OWN));
    else assert.throws(() => refuseMadeElsewhere(said, OWN), { code: "conflict" });
  });
}
