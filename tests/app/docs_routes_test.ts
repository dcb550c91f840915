import assert from "node:assert/strict";
import { createHttpApp } from "../../src/app/http.ts";
import { withService } from "../support/service.ts";

const PARTS = ["swagger-ui.css", "page.css", "swagger-ui-bundle.js", "start.js"];

Deno.test("GET /docs/{asset} answers each part that the page loads, packed to whoever takes that", async () => {
  await withService(async ({ deps, request }) => {
    const app = createHttpApp(deps);
    const page = await request("/docs");
    const loaded = [...String(page.body).matchAll(/(?:src|href)="\/docs\/([^"]+)"/g)].map(([, part]) =>
      part!
    );
    assert.deepEqual(loaded.sort(), [...PARTS].sort());
    for (const part of PARTS) {
      const plain = await app.request(`/docs/${part}`);
      const packed = await app.request(`/docs/${part}`, { headers: { "accept-encoding": "br, gzip" } });
      assert.deepEqual(
        [plain, packed].map(({ headers }) => headers.get("content-encoding")),
        [null, "gzip"],
        part,
      );
      for (const { status, headers } of [plain, packed]) {
        assert.equal(status, 200);
        assert.match(
          headers.get("content-type")!,
          part.endsWith(".css") ? /^text\/css/ : /^text\/javascript/,
        );
        assert.match(headers.get("vary")!, /Accept-Encoding/i);
      }
      const unpacked = packed.body!.pipeThrough(new DecompressionStream("gzip"));
      assert.equal(await new Response(unpacked).text(), await plain.text());
    }
    assert.equal((await request("/docs/package.json")).status, 404);
  });
});

Deno.test("GET /docs lets the page load nothing but what the service sends, and nothing written into it", async () => {
  await withService(async ({ request }) => {
    const policy = (await request("/docs")).headers.get("content-security-policy")!;
    assert.match(policy, /^default-src 'none';/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  });
});
