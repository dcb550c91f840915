-- Which eBay a user watches where his rule does not say.

-- migrate:up

-- "EBAY_GB"; null: this installation's own choice.
alter table preferences add column ebay_marketplace text check (ebay_marketplace ~ '^EBAY_[A-Z]{2,10}$');

-- migrate:down

alter table preferences drop column ebay_marketplace;
