-- What shipping costs depends on where the buyer is, and each marketplace says it for its own.

-- migrate:up

-- By marketplace: {"EBAY_GB": {"minor": 450, "expires_at": "…"}}; empty: shipping_minor is what everybody pays.
alter table listings add column shipping jsonb not null default '{}' check (jsonb_typeof(shipping) = 'object');
-- Nobody knows any more whose shipping this was: the next reading says it.
update listings set shipping_minor = null where marketplaces <> '{}' and shipping_minor is not null;

-- migrate:down

alter table listings drop column shipping;
