/** Two processes of the operating system on one database: one budget, whoever is asked. */
import assert from "node:assert/strict";
import { createApiClient } from "../../docs/client/client.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { ServiceProcess } from "../support/process.ts";
import { createClient } from "../support/service.ts";

Deno.test("two processes share one budget: never more than it, at most a lease short of it", async () => {
  await withDatabaseUrl(async (databaseUrl) => {
    const kvPath = await Deno.makeTempDir({ prefix: "waxwatch-limits-" });
    try {
      const options = {
        databaseUrl,
        kvPath,
        env: { ROLE: "api", JOB_BROKER: "inline", RATE_LIMIT_SCALE: "1" },
      };
      await using one = new ServiceProcess(options);
      await using two = new ServiceProcess(options);
      await Promise.all([one.start(), two.start()]);
      const ada = await createClient((path, init) => one.send(path, init), "ada");
      const ask = async ({ url: baseUrl }: ServiceProcess) => {
        const { response } = await createApiClient({ baseUrl, token: ada.token }).GET("/api/me");
        return response.status;
      };
      // Both at once, eight at a time each, until both refuse.
      const hammer = async (service: ServiceProcess) => {
        let passed = 0;
        for (let round = 0; round < 30; round++) {
          const statuses = await Promise.all(Array.from({ length: 8 }, () => ask(service)));
          passed += statuses.filter((status) => status === 200).length;
          assert.ok(statuses.every((status) => status === 200 || status === 429));
        }
        return passed;
      };
      const passed = await Promise.all([hammer(one), hammer(two)]);
      const total = passed.reduce((sum, count) => sum + count);
      assert.ok(total <= 150 && total >= 150 - 15, `${passed.join(" and ")} requests passed`);
      assert.ok(passed.every((count) => count > 0));
      assert.deepEqual(await Promise.all([ask(one), ask(two)]), [429, 429]);
    } finally {
      await Deno.remove(kvPath, { recursive: true });
    }
  });
});
