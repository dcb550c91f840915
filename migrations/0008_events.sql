-- The append-only log of what happened to a user, and the inbox made from it.

-- migrate:up

-- The last sequence number of each user. Its row lock, held to commit, makes seq gap-free in commit order.
create table event_heads (
  user_id uuid primary key references users (id) on delete cascade,
  last_seq bigint not null check (last_seq >= 0)
);

create table events (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  seq bigint not null check (seq >= 1),
  type text not null,
  -- No foreign keys: an event outlives what it is about.
  rule_id uuid,
  watch_release_id uuid,
  listing_id uuid,
  -- Our own reasons; what the provider said is in event_content.
  payload jsonb not null default '{}',
  created_at timestamptz not null,
  -- The cursor of a stream; also serves its replay.
  unique (user_id, seq)
);

-- What a provider said, kept apart because its terms let us show it only for a time.
create table event_content (
  event_id uuid primary key references events (id) on delete cascade,
  provider text not null,
  title text,
  url text,
  image_url text,
  price_minor bigint check (price_minor >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  condition text,
  observed_at timestamptz not null,
  expires_at timestamptz
);

-- The inbox: at most one row per event.
create table notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  event_id uuid not null unique references events (id) on delete cascade,
  event_type text not null,
  -- The event's sequence number: the stream's cursor.
  seq bigint not null,
  read_at timestamptz,
  created_at timestamptz not null
);

-- Serves the inbox, newest first.
create index notifications_user on notifications (user_id, created_at desc, id desc);
-- Serves the stream's replay after a sequence number.
create unique index notifications_seq on notifications (user_id, seq);
-- Serves the unread count.
create index notifications_unread on notifications (user_id) where read_at is null;

-- migrate:down

drop table notifications;
drop table event_content;
drop table events;
drop table event_heads;
