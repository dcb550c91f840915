import assert from "node:assert/strict";
import { withService } from "../../support/service.ts";

/** What stands in Host, and whether it is one. */
const HOSTS: [string, boolean][] = [
  ["wax.example", true],
  ["wax.example:8443", true],
  ["LOCALHOST", true],
  ["127.0.0.1:8000", true],
  ["[::1]:8000", true],
  ["a_b.internal", true],
  ["wax.example:", true],
  ["wax.example:99999", false],
  ["wax.example:http", false],
  ["[::1", false],
  ["x/metrics?", false],
  ["x\\y", false],
  ["x?y", false],
  ["x#y", false],
  ["ada@wax.example", false],
  ["a b", false],
  ["w\u00e4x.example", false],
];

for (const [host, isOne] of HOSTS) {
  Deno.test(`Host: ${host} is ${isOne ? "let through" : "refused with 400"}`, async () => {
    await withService(async ({ client }) => {
      const ada = await client("ada");
      const answer = await ada.fetch("/api/watch-rules?limit=1", { headers: { host } });
      const body = await answer.json();
      assert.equal(answer.status, isOne ? 200 : 400, JSON.stringify(body));
      if (!isOne) assert.equal(body.error.code, "http_error");
    });
  });
}
