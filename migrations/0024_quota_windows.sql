-- Calls are counted in slots of time, for every window of a quota, in the scope that the provider counts by.

-- migrate:up

-- What it knew reached back two minutes.
delete from provider_quotas;
alter table provider_quotas
  drop constraint provider_quotas_pkey,
  drop column provider,
  drop column taken,
  -- scope is now who counts too: "ip:discogs", "app:ebay", "host:shop.example".
  add primary key (scope),
  -- By length of the window in seconds: [number of the slot, calls, those of people who search], oldest first.
  add column counts jsonb not null;

-- migrate:down

delete from provider_quotas;
alter table provider_quotas
  drop constraint provider_quotas_pkey,
  drop column scope,
  drop column counts,
  add column provider text not null,
  add column scope text not null,
  add column taken timestamptz[] not null,
  add primary key (provider, scope);
