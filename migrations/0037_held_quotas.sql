-- What a provider asks one caller to wait holds for all who share its count.

-- migrate:up

-- No call before this, because the provider said so; null: it did not.
alter table provider_quotas add column held_until timestamptz;

-- migrate:down

alter table provider_quotas drop column held_until;
