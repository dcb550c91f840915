-- What providers said is blanked when their terms no longer let us show it; the rows stay as tombstones.

-- migrate:up

alter table listings
  -- Since when nothing is left of what the provider said but what its terms set free; null: it is as it was observed.
  add column blanked_at timestamptz,
  alter column title drop not null,
  add constraint listings_title check (title is not null or blanked_at is not null);

-- Serves blankListings().
create index listings_expire on listings (expires_at) where expires_at is not null and blanked_at is null;

alter table event_content
  -- As of listings.
  add column blanked_at timestamptz;

-- Serves blankEventContent().
create index event_content_expire on event_content (expires_at) where expires_at is not null and blanked_at is null;

alter table price_observations
  -- When the provider's terms make us forget it; null: never.
  add column expires_at timestamptz;

-- Until now only providers that let content be shown for six hours had listings that expire.
update price_observations o set expires_at = o.observed_at + interval '6 hours'
from listings l where l.id = o.listing_id and l.expires_at is not null;

-- Serves pruneObservations().
create index price_observations_expire on price_observations (expires_at) where expires_at is not null;

-- migrate:down

drop index price_observations_expire;
alter table price_observations drop column expires_at;
drop index event_content_expire;
alter table event_content drop column blanked_at;
drop index listings_expire;
alter table listings drop constraint listings_title;
update listings set title = 'A listing that may no longer be shown' where title is null;
alter table listings alter column title set not null, drop column blanked_at;
