/** A real SMTP server on this machine that answers as a test tells it to, and keeps every mail it accepted. */

/** One accepted mail. */
export interface ReceivedMail {
  from: string;
  to: string;
  /** As it came over the wire, dots undone. */
  raw: string;
  /** By lower-case name, unfolded. */
  headers: Map<string, string>;
  /** The parts, decoded. */
  text: string;
  html: string;
}

/** The stages at which an answer can be scripted. */
export type SmtpStage = "greeting" | "MAIL" | "RCPT" | "DATA" | "BODY";

/** What to answer at a stage instead of yes: a line, silence, or the end of the connection. */
export type SmtpAnswer = string | "hang" | "drop" | undefined;

/** The running server. Disposal ends every connection and waits until the port is free. */
export interface SmtpServer extends AsyncDisposable {
  /** `smtp://127.0.0.1:<port>`. */
  readonly url: string;
  /** Every accepted mail so far, oldest first. */
  readonly mails: readonly ReceivedMail[];
  /** Answers by `script` from now on; undefined is the ordinary yes. */
  answer(script: (stage: SmtpStage, line: string) => SmtpAnswer): void;
}

/** Starts a server on a free port of 127.0.0.1, or on `port`. */
export function startSmtpServer({ port = 0 }: { port?: number } = {}): SmtpServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const mails: ReceivedMail[] = [];
  const open = new Set<Deno.TcpConn>();
  let script: (stage: SmtpStage, line: string) => SmtpAnswer = () => undefined;
  const accepting = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      void talk(conn, (stage, line) => script(stage, line), mails).catch(() => {}).finally(() => {
        open.delete(conn);
        closeQuietly(conn);
      });
    }
  })();
  return {
    url: `smtp://127.0.0.1:${listener.addr.port}`,
    mails,
    answer: (next) => {
      script = next;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of open) closeQuietly(conn);
      await accepting;
    },
  };
}

type Ask = (stage: SmtpStage, line: string) => SmtpAnswer;

/** One connection from greeting to QUIT. */
async function talk(conn: Deno.TcpConn, ask: Ask, mails: ReceivedMail[]): Promise<void> {
  const lines = readLines(conn);
  const say = (line: string) => conn.write(new TextEncoder().encode(`${line}\r\n`));
  const answer = async (stage: SmtpStage, line: string, yes: string): Promise<boolean> => {
    const scripted = ask(stage, line);
    if (scripted === "hang") await new Promise(() => {});
    if (scripted === "drop") throw new Error("dropped by the script");
    await say(scripted ?? yes);
    return scripted === undefined;
  };
  await answer("greeting", "", "220 test ready");
  let from = "";
  let to = "";
  for await (const line of lines) {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "QUIT") return void await say("221 bye");
    else if (verb === "EHLO") await say("250-test\r\n250 8BITMIME");
    else if (verb === "MAIL") {
      if (await answer("MAIL", line, "250 ok")) from = addressIn(line);
    } else if (verb === "RCPT") {
      if (await answer("RCPT", line, "250 ok")) to = addressIn(line);
    } else if (verb === "DATA") {
      if (!await answer("DATA", line, "354 go on")) continue;
      const body: string[] = [];
      // Not `for await`: leaving it would end the reader.
      for (let next = await lines.next(); !next.done && next.value !== "."; next = await lines.next()) {
        body.push(next.value.startsWith(".") ? next.value.slice(1) : next.value);
      }
      const mail = parseMail(from, to, body.join("\r\n"));
      const scripted = ask("BODY", "");
      // Taken, and the answer lost on the way: what a crash between acceptance and record looks like from outside.
      if (scripted === undefined || scripted === "drop") mails.push(mail);
      if (scripted === "drop") return;
      if (scripted === "hang") await new Promise(() => {});
      await say(scripted ?? "250 2.0.0 queued");
    } else await say("250 ok");
  }
}

async function* readLines(conn: Deno.TcpConn): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8");
  const chunk = new Uint8Array(65_536);
  let buffer = "";
  for (;;) {
    let end: number;
    while ((end = buffer.indexOf("\r\n")) >= 0) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      yield line;
    }
    const read = await conn.read(chunk);
    if (read === null) return;
    buffer += decoder.decode(chunk.subarray(0, read), { stream: true });
  }
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? "";
}

function parseMail(from: string, to: string, raw: string): ReceivedMail {
  const { headers, body } = splitPart(raw);
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get("content-type") ?? "")?.[1];
  const parts = boundary === undefined
    ? [raw]
    : body.split(`--${boundary}`).slice(1, -1).map((part) => part.trim());
  const find = (type: string) => {
    const part = parts.map(splitPart).find((one) => one.headers.get("content-type")?.startsWith(type));
    return part ? decodeBody(part.body, part.headers.get("content-transfer-encoding") ?? "") : "";
  };
  return { from, to, raw, headers, text: find("text/plain"), html: find("text/html") };
}

function splitPart(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf("\r\n\r\n");
  const head = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = new Map(head.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  }));
  return { headers, body: raw.slice(end + 4) };
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === "base64") return new TextDecoder().decode(Uint8Array.fromBase64(body.replace(/\s/g, "")));
  if (encoding !== "quoted-printable") return body.replaceAll("\r\n", "\n");
  const joined = body.replace(/=\r\n/g, "").replaceAll("\r\n", "\n");
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0)));
}

function closeQuietly(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch { /* closed by the other side */ }
}
