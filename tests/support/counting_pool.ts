import type { Pool } from "../../src/platform/sql.ts";

/** The pool, counting the statements that are sent by it, those of its transactions among them. */
export function countingPool(pool: Pool): { sql: Pool; sent: () => number } {
  let count = 0;
  const begin: Pool["begin"] = (work, options) => pool.begin((tx) => work(counting(tx)), options);
  const counting = <T extends object>(sql: T): T =>
    new Proxy(sql, {
      apply: (query, self, given) => {
        count++;
        return Reflect.apply(query as () => unknown, self, given); // safe: only functions are applied
      },
      get: (target, name) => name === "begin" ? begin : Reflect.get(target, name),
    });
  return { sql: counting(pool), sent: () => count };
}
