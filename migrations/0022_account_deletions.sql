-- Sellers who closed their account at a marketplace: notices of it that were obeyed.

-- migrate:up

-- Nothing in it says who the seller was.
create table account_deletions (
  provider text not null check (length(provider) between 1 and 60),
  -- The marketplace's own: it sends a notice until it is answered.
  notification_id text not null check (length(notification_id) between 1 and 200),
  received_at timestamptz not null,
  -- Listings that had his name.
  listing_count integer not null check (listing_count >= 0),
  primary key (provider, notification_id)
);

-- Serves pruneDeletions().
create index account_deletions_at on account_deletions (received_at);

-- Serves blankSellers().
create index listings_seller on listings (provider, lower(seller)) where seller is not null;

-- migrate:down

drop index listings_seller;
drop table account_deletions;
