-- Shops, feeds and sellers that users add by their address.

-- migrate:up

create table added_sources (
  id uuid primary key,
  -- Id of the provider that it is; equal for equal addresses, so that all who have it share one poll.
  provider text not null unique check (length(provider) between 3 and 200),
  kind text not null check (kind in ('shopify', 'feed', 'discogs_seller')),
  -- Of a private feed it is a key: shown to those who gave it, and to nobody else.
  url text not null unique check (length(url) between 1 and 2000),
  -- Of prices that name none; null: such prices are unknown.
  currency text check (currency ~ '^[A-Z]{3}$'),
  -- Where a shop's products name the artist; null: the kind has no such thing.
  artist_from text check (artist_from in ('vendor', 'title_quote', 'title_dash')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- Whose sources they are. One without users goes.
create table source_users (
  user_id uuid not null references users (id) on delete cascade,
  source_id uuid not null references added_sources (id) on delete cascade,
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null,
  primary key (user_id, source_id)
);

-- Serves listSources().
create index source_users_newest on source_users (user_id, created_at desc, source_id desc);
-- Serves deleteUnusedSources(), countOtherUsers() and the cascade from added_sources.
create index source_users_source on source_users (source_id);

-- What a feed's server recognises its last answer by, so that an unchanged one is not sent again.
create table feed_validators (
  provider text primary key,
  etag text check (length(etag) between 1 and 300),
  last_modified text check (length(last_modified) between 1 and 300),
  fetched_at timestamptz not null,
  check (etag is not null or last_modified is not null)
);

-- migrate:down

drop table feed_validators;
drop table source_users;
drop table added_sources;
