/** Text of the form 8-4-4-4-12 in hex, as Postgres writes and reads UUIDs. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `text` can be sent to Postgres as a uuid. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
