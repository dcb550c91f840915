/**
 * A process that makes a throwaway Postgres in the folder given, restarts it as each line of stdin orders
 * (`<fast|immediate> <milliseconds down>`), and stops it when its stdin ends.
 */
import {
  type Cluster,
  createCluster,
  dataFolder,
  findServer,
  readPassword,
  startServer,
  stopServer,
  SUPERUSER,
} from "../../scripts/postgres_cluster.ts";
import { prepareHome } from "../../scripts/postgres_home.ts";
import { findPrograms } from "../../scripts/postgres_programs.ts";
import { CannotStart, pause, say } from "../../scripts/supervise.ts";

/** What a commit promised must be there after a cut-off; only a crash of the machine itself could lose it. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "on",
  max_connections: "100",
  // Says when a row was committed, from where the way to its stream is measured.
  track_commit_timestamp: "on",
};

try {
  await hold(Deno.args[0] ?? "");
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  say(error.message);
}

async function hold(dir: string): Promise<void> {
  const home = await prepareHome(dir, () => {});
  const programs = await findPrograms(home.path, { unprivileged: "uid" in home.runAs });
  const cluster: Cluster = { home, programs };
  await createCluster(cluster);
  const port = freePort();
  try {
    await start(cluster, port);
    say(`postgres://${SUPERUSER}:${await readPassword(home)}@127.0.0.1:${port}/postgres`);
    const decoder = new TextDecoder();
    // One order at a time: the next is sent after the answer, so a chunk is a line.
    for await (const chunk of Deno.stdin.readable) {
      const [mode, downMs] = decoder.decode(chunk).trim().split(" ");
      if (mode === "immediate") await cutOff(cluster);
      else await stopServer(cluster);
      await pause(Number(downMs));
      await start(cluster, port);
      say("started");
    }
  } finally {
    await stopServer(cluster);
    // Where the folder asked for cannot be entered by the server's user, the data is elsewhere, and ours to remove.
    await Deno.remove(home.path, { recursive: true });
  }
}

async function start(cluster: Cluster, port: number): Promise<void> {
  if (!await startServer(cluster, { port, settings: SETTINGS })) {
    throw new CannotStart(`Postgres did not come up in ${dataFolder(cluster.home)}`);
  }
}

/** SIGQUIT to the server: sessions are cut, nothing is written, the next start recovers. */
async function cutOff(cluster: Cluster): Promise<void> {
  const server = await findServer(cluster);
  if (!server) return;
  Deno.kill(server.pid, "SIGQUIT");
  for (let waited = 0; waited < 20_000; waited += 20) {
    try {
      await Deno.stat(`${dataFolder(cluster.home)}/postmaster.pid`);
    } catch {
      return;
    }
    await pause(20);
  }
  throw new CannotStart(`Postgres did not end in ${dataFolder(cluster.home)}`);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
