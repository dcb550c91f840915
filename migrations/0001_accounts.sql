-- Who uses the service. Everything a user owns refers to users(id) and goes with it.

-- migrate:up

create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null check (length(email) between 3 and 320),
  email_verified boolean not null default false,
  display_name text check (length(display_name) between 1 and 120),
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- One account per address, however it is capitalised.
create unique index users_email on users (lower(email));

create table preferences (
  user_id uuid primary key references users (id) on delete cascade,
  -- Currency of price bounds that a rule does not name, at the time the rule is made.
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  -- IANA zone for showing times.
  timezone text not null default 'UTC',
  notifications_email boolean not null default true,
  notifications_push boolean not null default true,
  -- Whole local hours, half-open; both or neither. The end before the start lies on the next day.
  quiet_hours_start smallint check (quiet_hours_start between 0 and 23),
  quiet_hours_end smallint check (quiet_hours_end between 0 and 23),
  -- IANA zone of quiet hours and digests; null: timezone.
  notification_timezone text,
  delivery_frequency text not null default 'instant' check (delivery_frequency in ('instant', 'hourly', 'daily')),
  constraint preferences_quiet_hours check (
    (quiet_hours_start is null and quiet_hours_end is null)
    or (quiet_hours_start is not null and quiet_hours_end is not null and quiet_hours_start <> quiet_hours_end))
);

create table api_tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  name text not null check (length(name) between 1 and 120),
  -- SHA-256 of the token; the token itself is shown once and kept nowhere.
  token_hash bytea not null check (length(token_hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'write']),
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null
);

-- Serves findTokenUser(): one probe per request.
create unique index api_tokens_hash on api_tokens (token_hash);
-- Serves the cascade from users.
create index api_tokens_user on api_tokens (user_id);

-- migrate:down

drop table api_tokens;
drop table preferences;
drop table users;
