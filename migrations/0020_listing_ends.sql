-- When an auction ends, and on which of a provider's marketplaces a listing is to be had.

-- migrate:up

alter table listings
  -- When the provider says it will be over; null: it does not say, or it is for sale until it is sold.
  add column ends_at timestamptz,
  -- Where it is listed and where searches have shown it, sorted; empty: its provider has but one marketplace.
  add column marketplaces text[] not null default '{}';

-- Serves findPastListings(): what is over without anybody having looked again.
create index listings_ends on listings (ends_at) where status = 'active' and ends_at is not null;

-- migrate:down

drop index listings_ends;
alter table listings drop column marketplaces, drop column ends_at;
