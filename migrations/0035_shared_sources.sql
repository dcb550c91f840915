-- Shops, feeds and sellers that the operator shares with everybody: the entries of SHARED_SOURCES.

-- migrate:up

create table shared_sources (
  -- As the entry writes it, normalised; of a private feed it is a key, shown to nobody.
  url text primary key check (length(url) between 1 and 2000),
  -- What the entry says of it; null: as it is found.
  kind text check (kind in ('shopify', 'feed', 'discogs_seller')),
  name text check (length(name) between 1 and 120),
  currency text check (currency ~ '^[A-Z]{3}$'),
  artist_from text check (artist_from in ('vendor', 'title_quote', 'title_dash')),
  -- What was found behind the address; null: nothing yet. Two entries may lead to one source.
  source_id uuid references added_sources (id),
  -- What it calls itself; null: nothing yet.
  found_name text check (length(found_name) between 1 and 120),
  -- When the address is looked at next; null: it was found.
  check_at timestamptz,
  failures integer not null default 0 check (failures >= 0),
  last_error text,
  created_at timestamptz not null,
  -- Since when no entry names it; then it goes to those whose rules do. Null: it is shared.
  retired_at timestamptz
);

-- Serves listSharedProviders(), isShared() and the deletion of sources that nobody has.
create index shared_sources_source on shared_sources (source_id);

-- Of a source that was shared its address is no business of those who go on with it.
alter table source_users add column knows_url boolean not null default true;

-- migrate:down

alter table source_users drop column knows_url;
drop table shared_sources;
