-- What an alert says of an offer beside its price.

-- migrate:up

alter table event_content
  -- Minor units of currency; null is unknown, 0 is free.
  add column shipping_minor bigint check (shipping_minor >= 0),
  -- When an auction ends; null: the provider did not say.
  add column ends_at timestamptz;

-- migrate:down

alter table event_content drop column ends_at, drop column shipping_minor;
