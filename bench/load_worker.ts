/** The load of list_endpoint.ts on a thread of its own: `concurrency` requests at a time for `ms` milliseconds. */
/// <reference lib="webworker" />

/** What the worker is told. */
export interface LoadOrder {
  url: string;
  headers: Record<string, string>;
  concurrency: number;
  ms: number;
}

/** What it answers. */
export interface LoadResult {
  requests: number;
  failures: number;
  latencies: number[];
}

self.onmessage = async ({ data }: MessageEvent<LoadOrder>) => {
  const result: LoadResult = { requests: 0, failures: 0, latencies: [] };
  const end = performance.now() + data.ms;
  await Promise.all(Array.from({ length: data.concurrency }, async () => {
    while (performance.now() < end) {
      const started = performance.now();
      const response = await fetch(data.url, { headers: data.headers });
      await response.arrayBuffer();
      result.requests++;
      if (response.status !== 200) result.failures++;
      result.latencies.push(performance.now() - started);
    }
  }));
  self.postMessage(result);
};
