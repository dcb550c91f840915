-- Recurring provider queries, shared by every rule that needs the same one.

-- migrate:up

create table polls (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  query jsonb not null,
  -- SHA-256 of the canonical JSON of query, in hex.
  query_key text not null check (length(query_key) = 64),
  -- The strictest interval of its subscribers; null: nobody subscribes, it is not polled.
  interval_seconds integer check (interval_seconds between 30 and 86400),
  next_poll_at timestamptz not null,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  -- Successful runs so far; poll_items.last_seen_run refers to it.
  runs bigint not null default 0,
  failures integer not null default 0 check (failures >= 0),
  last_success_at timestamptz,
  last_error text,
  last_error_at timestamptz,
  -- The last run that stopped at its page limit before it met an item it knew: what lay between is unknown.
  coverage_gap_at timestamptz,
  created_at timestamptz not null,
  -- Same provider and canonical query: same poll.
  unique (provider, query_key)
);

-- Serves claimDuePolls() and nextPollDueAt().
create index polls_due on polls (next_poll_at) where interval_seconds is not null;

create table poll_subscriptions (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references polls (id) on delete cascade,
  -- The compiled rule that needs this poll. No foreign key: a subscription outlives its rule, because it says
  -- which provider calls its user may see.
  subscriber_id uuid not null,
  user_id uuid not null references users (id) on delete cascade,
  interval_seconds integer not null check (interval_seconds between 30 and 86400),
  started_at timestamptz not null,
  -- Ended, never deleted.
  ended_at timestamptz
);

-- One live subscription of a rule to a poll.
create unique index poll_subscriptions_live on poll_subscriptions (subscriber_id, poll_id) where ended_at is null;
-- Serves the strictest interval of a poll.
create index poll_subscriptions_poll on poll_subscriptions (poll_id, interval_seconds) where ended_at is null;
-- Serves the cascade from users and the provider requests a user may see.
create index poll_subscriptions_user on poll_subscriptions (user_id, poll_id);

create table poll_items (
  poll_id uuid not null references polls (id) on delete cascade,
  listing_id uuid not null references listings (id) on delete cascade,
  last_seen_run bigint not null,
  missed_sweeps integer not null default 0,
  primary key (poll_id, listing_id)
);

-- Serves the cascade from listings.
create index poll_items_listing on poll_items (listing_id);

-- migrate:down

drop table poll_items;
drop table poll_subscriptions;
drop table polls;
