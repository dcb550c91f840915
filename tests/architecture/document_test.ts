/** The committed description of the API is the one the code gives. */
import assert from "node:assert/strict";
import { DOCUMENT_PATH, documentText } from "../../scripts/client.ts";
import { readText } from "./source.ts";

Deno.test(`${DOCUMENT_PATH} is what the code describes (else run deno task client and read the difference)`, async () => {
  assert.equal(await readText(DOCUMENT_PATH), documentText());
});
