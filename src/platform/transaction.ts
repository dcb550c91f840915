/** One transaction: never sends a statement on a connection other than the one that said BEGIN. */
import { type Connection, registerScript, type Row } from "./connection.ts";
import { DatabaseError, type Sql, type SqlValue } from "./sql.ts";

/**
 * Runs `work` between BEGIN and COMMIT on `connection`; rolls back when it throws. `limitMs` is the transaction's own
 * deadline where it differs from the pool's, else null. The caller's timer ends the connection when it passes.
 * @throws {Error} when the server answers COMMIT with ROLLBACK; its cause is the first statement that failed
 */
export async function runTransaction<T>(
  connection: Connection,
  work: (tx: Sql) => Promise<T>,
  limitMs: number | null,
): Promise<T> {
  let open = true;
  let firstFailure: unknown;
  const use = <R>(send: () => Promise<R>): Promise<R> => {
    if (!open) return Promise.reject(new DatabaseError("closed", "Cannot use the transaction: it has ended"));
    const answer = send();
    answer.catch((error) => firstFailure ??= error);
    return answer;
  };
  const tx =
    ((text: TemplateStringsArray, ...values: readonly SqlValue[]) =>
      use<Row[]>(() => connection.query(text, values))) as Sql; // safe: `Row` only names what the SQL says
  registerScript(tx, (text) => use(() => connection.script(text)));

  await connection.script(limitMs === null ? "begin" : `begin; ${limitSql(limitMs)}`);
  try {
    const value = await connection.guard(work(tx));
    open = false;
    const tag = await connection.script("commit");
    if (tag === "COMMIT") return value;
  } catch (error) {
    open = false;
    if (!connection.dead) await connection.script("rollback").catch(() => {});
    throw error;
  }
  // The server answers COMMIT with ROLLBACK when a statement failed before and the callback hid it.
  throw new Error(
    "Cannot commit: a statement failed earlier in the transaction, so the server rolled it back",
    {
      cause: firstFailure,
    },
  );
}

/** A deadline of its own has to reach the server too, else it would stop the statement at the pool's deadline. */
function limitSql(limitMs: number): string {
  return `set local statement_timeout = ${Math.ceil(limitMs)}; ` +
    `set local idle_in_transaction_session_timeout = ${Math.ceil(2 * limitMs)}`;
}
