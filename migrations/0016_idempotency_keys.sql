-- Creations that were sent with an Idempotency-Key, and what they answered.

-- migrate:up

create table idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null check (length(key) between 1 and 255),
  -- SHA-256 of method, path and body: the same key with another request is a mistake.
  request_hash bytea not null check (length(request_hash) = 32),
  -- Both are written in the transaction that made the row: a committed row has them.
  status smallint check (status between 200 and 299),
  answer text,
  created_at timestamptz not null,
  -- Serves claimKey(); the second request with one key waits here for the first.
  primary key (user_id, key)
);

-- Serves pruneIdempotencyKeys().
create index idempotency_keys_created on idempotency_keys (created_at);

-- migrate:down

drop table idempotency_keys;
