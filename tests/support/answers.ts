/** What the typed client gave: the data of a success, the error of a refusal, or a test that fails and says why. */
import assert from "node:assert/strict";
import type { components } from "../../docs/client/api.ts";

/** One answer of the typed client. */
export interface TypedAnswer<Data> {
  data?: Data;
  error?: components["schemas"]["Error"];
  response: Response;
}

/** What every failure answers, without its envelope. */
export type ApiError = components["schemas"]["Error"]["error"];

/** The data of a success. @throws {AssertionError} with the answer's error when it is none, or not `status` */
export function ok<Data>({ data, error, response }: TypedAnswer<Data>, status?: number): Data {
  const said = `${response.status} ${JSON.stringify(error ?? data)}`;
  assert.ok(response.ok, `Cannot go on: the answer is ${said}`);
  if (status !== undefined) assert.equal(response.status, status, said);
  return data!;
}

/** The error of a refusal with `status`. @throws {AssertionError} when the answer is another, or no envelope */
export function refused({ data, error, response }: TypedAnswer<unknown>, status: number): ApiError {
  assert.equal(response.status, status, JSON.stringify(error ?? data));
  assert.equal(error?.error.status, status, JSON.stringify(error));
  return error!.error;
}

/** Options of a call about one thing. */
export function byId(id: string): { params: { path: { id: string } } } {
  return { params: { path: { id } } };
}
