-- How many requests of one caller were let through in the last minute, counted by all processes together.

-- migrate:up

-- Unlogged: a lease writes no WAL, and after a crash of the server counting begins anew, which costs one minute.
create unlogged table rate_limits (
  scope text not null,
  -- A user's id or a client's address.
  key text not null,
  -- Whole seconds since 1970 in which permits were leased, ascending, and how many in each.
  slots bigint[] not null,
  counts integer[] not null,
  -- Permits of the last lease: an upsert can give back only what it wrote.
  granted integer not null,
  -- When the last slot no longer counts, and the row is as good as none.
  expires_at timestamptz not null,
  primary key (scope, key)
) with (fillfactor = 50);

-- migrate:down

drop table rate_limits;
