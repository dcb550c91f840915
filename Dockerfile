# The service in one container: migrates its database, then runs the API, the schedule and the jobs.
# Needs DATABASE_URL; what else it can be told is in the README. A worker: docs/operations.md.
FROM denoland/deno:2.9.6

WORKDIR /app
RUN mkdir /app/queue && chown -R deno:deno /app
USER deno

# Packages first, from the lock file alone: this layer changes only with it.
COPY --chown=deno:deno deno.json deno.lock ./
RUN deno install --frozen

COPY --chown=deno:deno main.ts worker.ts ./
COPY --chown=deno:deno src ./src
COPY --chown=deno:deno migrations ./migrations
COPY --chown=deno:deno scripts/migrate.ts ./scripts/migrate.ts
# Compiles every module, so that a start reads and writes nothing but the cache.
RUN deno cache --frozen main.ts worker.ts scripts/migrate.ts

# The queue's files are of no worth after a stop, so /app/queue is no volume.
ENV KV_PATH=/app/queue \
    DENO_NO_UPDATE_CHECK=1 \
    RUN="deno run --no-prompt --cached-only --frozen --allow-env --allow-net --allow-read=/app --allow-sys=hostname --allow-write=/app/queue"
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD deno eval --no-config "Deno.exit((await fetch('http://127.0.0.1:' + (Deno.env.get('PORT') ?? 8000) + '/healthz')).ok ? 0 : 1)"
ENTRYPOINT []
# exec: the stop signal has to reach the service and not a shell.
CMD ["sh", "-c", "$RUN scripts/migrate.ts up && exec $RUN main.ts"]
