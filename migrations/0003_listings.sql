-- What was seen on the marketplaces, and its price over time.

-- migrate:up

create table listings (
  id uuid primary key default gen_random_uuid(),
  provider text not null check (length(provider) between 1 and 60),
  external_id text not null check (length(external_id) between 1 and 300),
  kind text not null check (kind in ('offer', 'release', 'floor')),
  title text not null check (length(title) between 1 and 1000),
  url text,
  image_url text,
  -- Minor units of currency; null is unknown, never 0.
  price_minor bigint check (price_minor >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  -- 'bid' is the present bid of an auction, 'fixed' a price one can buy at.
  price_kind text not null default 'fixed' check (price_kind in ('fixed', 'bid')),
  shipping_minor bigint check (shipping_minor >= 0),
  -- Of a floor: how many copies are for sale; null is unknown.
  for_sale_count integer check (for_sale_count >= 0),
  -- Of a floor: the marketplace forbids selling it, which is not "nothing for sale".
  is_blocked boolean not null default false,
  condition text,
  -- Goldmine media grade read from condition and title; null when none can be told.
  grade text check (grade in ('P', 'F', 'G', 'G+', 'VG', 'VG+', 'NM', 'M')),
  formats text[] not null default '{}',
  seller text,
  location text,
  discogs_release_id bigint check (discogs_release_id >= 1),
  discogs_master_id bigint check (discogs_master_id >= 1),
  status text not null default 'active' check (status in ('active', 'ended')),
  -- Tokens of the title and joined forms of neighbouring tokens: what rules are looked up by.
  keys text[] not null,
  -- When the provider says it went on sale; null when it does not say.
  listed_at timestamptz,
  first_seen_at timestamptz not null,
  observed_at timestamptz not null,
  changed_at timestamptz not null,
  -- When the provider's terms stop us from showing it unless it is observed again.
  expires_at timestamptz,
  ended_at timestamptz,
  constraint listings_price_has_currency check (price_minor is null or currency is not null),
  -- The identity of a listing; also serves ingest, which locks its batch in this order.
  constraint listings_identity unique (provider, external_id)
);

-- Serves findListingsByKeys(): the backfill of a new rule.
create index listings_keys on listings using gin (keys) where status = 'active';

create table price_observations (
  listing_id uuid not null references listings (id) on delete cascade,
  observed_at timestamptz not null,
  price_minor bigint check (price_minor >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('active', 'ended')),
  -- Several sources can name one listing in the same instant: the first observation stands.
  primary key (listing_id, observed_at)
);

-- migrate:down

drop table price_observations;
drop table listings;
