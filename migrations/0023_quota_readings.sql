-- What providers say of the calls that are left.

-- migrate:up

-- The newest word of each provider that can be asked.
create table provider_quota_readings (
  provider text primary key check (length(provider) between 1 and 60),
  call_limit integer not null check (call_limit >= 0),
  remaining integer not null check (remaining >= 0),
  -- The window that both count in, and when it begins anew; null: the provider did not say.
  window_seconds integer not null check (window_seconds > 0),
  resets_at timestamptz,
  read_at timestamptz not null
);

-- migrate:down

drop table provider_quota_readings;
