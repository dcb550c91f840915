-- Saved searches, as the user wrote them.

-- migrate:up

create table watch_rules (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  name text not null check (length(name) between 1 and 120),
  -- The canonical wire form of semantics §1, with sources and currency resolved.
  query jsonb not null,
  is_active boolean not null,
  poll_interval_seconds integer not null check (poll_interval_seconds between 30 and 86400),
  alerts jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- Serves the list of a user's rules, newest first.
create index watch_rules_user on watch_rules (user_id, created_at desc, id desc);

-- migrate:down

drop table watch_rules;
