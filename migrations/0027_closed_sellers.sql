-- Sellers who closed their account at a marketplace, while its search may still name them.

-- migrate:up

create table closed_sellers (
  provider text not null check (length(provider) between 1 and 60),
  -- SHA-256 of "provider:name" in lower case: enough to know him when he is named again, and nothing to read.
  name_hash bytea not null check (length(name_hash) = 32),
  until timestamptz not null,
  -- Also serves findClosedSellers().
  primary key (provider, name_hash)
);

-- migrate:down

drop table closed_sellers;
