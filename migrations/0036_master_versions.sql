-- The versions of a master: who has them, by which name they go, and a search for them for everyone who watches one.

-- migrate:up

alter table discogs_catalogue
  -- Of a master: its artists, which its versions do not name; empty: none. Null: not read yet.
  add column artist text check (length(artist) <= 1000),
  -- Of a release: people who have it; null: not known. Never shown: it says which floors are worth a call.
  add column collectors bigint check (collectors >= 0);

-- 'lookup': reads no price, and finds the releases whose floors are candidates.
alter table poll_subscriptions
  drop constraint poll_subscriptions_origin_check,
  add constraint poll_subscriptions_origin_check check (origin in ('plan', 'lookup', 'candidate'));

update poll_subscriptions s set origin = 'lookup'
from polls p where p.id = s.poll_id and p.provider = 'discogs' and p.query ->> 'op' = 'master';

-- Who watches any version of a master already has it asked for its versions; the key is that of canonical JSON.
with masters as (
  select distinct (p.query ->> 'master_id')::bigint as master_id
  from polls p join poll_subscriptions s on s.poll_id = p.id and s.ended_at is null
  where p.provider = 'discogs' and p.query ->> 'op' = 'master'
)
insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at)
select 'discogs', jsonb_build_object('op', 'versions', 'master_id', master_id),
  encode(sha256(convert_to(format('{"master_id":%s,"op":"versions"}', master_id), 'UTF8')), 'hex'), 86400, now(), now()
from masters
on conflict (provider, query_key) do nothing;

insert into poll_subscriptions (poll_id, subscriber_id, user_id, origin, interval_seconds, started_at)
select v.id, s.subscriber_id, s.user_id, 'lookup', s.interval_seconds, now()
from polls p
join poll_subscriptions s on s.poll_id = p.id and s.ended_at is null
join polls v on v.provider = p.provider
  and v.query = jsonb_build_object('op', 'versions', 'master_id', p.query -> 'master_id')
where p.provider = 'discogs' and p.query ->> 'op' = 'master';

-- migrate:down

delete from polls where provider = 'discogs' and query ->> 'op' = 'versions';
update poll_subscriptions set origin = 'plan' where origin = 'lookup';
alter table poll_subscriptions
  drop constraint poll_subscriptions_origin_check,
  add constraint poll_subscriptions_origin_check check (origin in ('plan', 'candidate'));
alter table discogs_catalogue drop column collectors, drop column artist;
