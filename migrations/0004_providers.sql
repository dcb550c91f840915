-- What we know of each provider's health, and every call we made.

-- migrate:up

create table provider_states (
  provider text primary key,
  -- No call before this; null: none is asked for.
  blocked_until timestamptz,
  -- Level of the back-off: a failure adds one, a success takes one away.
  failures integer not null default 0 check (failures >= 0),
  last_success_at timestamptz,
  last_error text,
  last_error_at timestamptz
);

create table provider_requests (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  operation text not null,
  method text not null,
  url text not null,
  status_code integer,
  error text,
  duration_ms integer not null check (duration_ms >= 0),
  started_at timestamptz not null,
  -- The shared poll that made the call; null: a user's own search or import.
  poll_id uuid,
  -- Null: the call served a shared poll, so it belongs to nobody alone.
  user_id uuid references users (id) on delete cascade
);

-- Serves the newest-first lists and the retention job.
create index provider_requests_started on provider_requests (started_at desc, id desc);
-- Serves the lists of one user, which read by the polls he subscribed to.
create index provider_requests_poll on provider_requests (poll_id, started_at desc) where poll_id is not null;
-- Serves the cascade from users.
create index provider_requests_user on provider_requests (user_id) where user_id is not null;

-- migrate:down

drop table provider_requests;
drop table provider_states;
