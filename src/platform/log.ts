// deno-lint-ignore-file no-console -- the one place that may
/** Structured logs: a fact and fields, one line each. The only module that writes to the console. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** Facts beside a message; errors are written with their causes. */
export type LogFields = Record<string, unknown>;

/** Writes facts; a child carries its fields on every line. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Log;
}

/** How lines look, which are written, and where they go. */
export interface LogOptions {
  format: "json" | "pretty";
  level: LogLevel;
  now: () => Date;
  /** Where a finished line goes; default: the console. */
  write?: (line: string) => void;
}

/** A logger; lines below `level` are dropped. Errors in fields are written as name, message and cause. */
export function createLog(options: LogOptions, bound: LogFields = {}): Log {
  const write = options.write ?? ((line: string) => console.log(line));
  const emit = (level: LogLevel, message: string, fields: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(options.level)) return;
    const all = { ...bound, ...fields };
    write(
      options.format === "json"
        ? jsonLine(options.now(), level, message, all)
        : prettyLine(options.now(), level, message, all),
    );
  };
  return {
    debug: (message, fields) => emit("debug", message, fields),
    info: (message, fields) => emit("info", message, fields),
    warn: (message, fields) => emit("warn", message, fields),
    error: (message, fields) => emit("error", message, fields),
    with: (fields) => createLog(options, { ...bound, ...fields }),
  };
}

/** A logger that says nothing, for tests and tools. */
export const silentLog: Log = createLog({
  format: "json",
  level: "error",
  now: () => new Date(0),
  write: () => {},
});

/** One sentence for the person at the terminal, outside the log: why the program ends. */
export function complain(sentence: string): void {
  console.error(sentence);
}

function jsonLine(at: Date, level: LogLevel, message: string, fields: LogFields): string {
  const fact = { at: at.toISOString(), level, message };
  // The fact first and last: first for the reader's eye, last so that no field of the same name replaces it.
  return JSON.stringify({ ...fact, ...fields, ...fact }, plainError);
}

function prettyLine(at: Date, level: LogLevel, message: string, fields: LogFields): string {
  const pairs = Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value, plainError)}`);
  return [at.toISOString().slice(11, 19), level.padEnd(5), message, ...pairs].join(" ");
}

function plainError(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return {
    name: value.name,
    message: value.message,
    ...(value.cause ? { cause: plainError("", value.cause) } : {}),
  };
}
