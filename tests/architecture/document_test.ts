/** The committed description of the API is the one the code gives, and the client's types are those of the description. */
import assert from "node:assert/strict";
import { DOCUMENT_PATH, documentText, TYPES_PATH, typesText } from "../../scripts/client.ts";
import { readText } from "./source.ts";

Deno.test(`${DOCUMENT_PATH} is what the code describes (else run deno task client and read the difference)`, async () => {
  assert.equal(await readText(DOCUMENT_PATH), documentText());
});

Deno.test(`${TYPES_PATH} is what ${DOCUMENT_PATH} says (else run deno task client)`, async () => {
  assert.equal(await readText(TYPES_PATH), await typesText(await readText(DOCUMENT_PATH)));
});
