-- Clicks on links that lead out, and indexes for the other records of what happened: a user's log and provider calls.

-- migrate:up

create table outbound_clicks (
  id uuid primary key default gen_random_uuid(),
  listing_id uuid not null references listings (id) on delete cascade,
  -- Null: the link was followed without a credential, as a link of a mail is.
  user_id uuid references users (id) on delete cascade,
  -- Where the link stood, without secrets; null: nobody said.
  referer text check (length(referer) between 1 and 500),
  clicked_at timestamptz not null
);

-- Serves pruneClicks().
create index outbound_clicks_at on outbound_clicks (clicked_at);
-- Serves the cascade from listings.
create index outbound_clicks_listing on outbound_clicks (listing_id);
-- Serves the cascade from users.
create index outbound_clicks_user on outbound_clicks (user_id) where user_id is not null;

-- Serves listEvents(): a user's log, newest first.
create index events_user on events (user_id, created_at desc, id desc);

drop index provider_requests_poll;
-- Serves listVisibleRequests() and sumVisibleRequests(): the calls of a poll while a user subscribed to it, newest first.
create index provider_requests_poll on provider_requests (poll_id, started_at desc, id desc) where poll_id is not null;
drop index provider_requests_user;
-- Serves the same for calls of one user alone, and the cascade from users.
create index provider_requests_user on provider_requests (user_id, started_at desc, id desc) where user_id is not null;

-- migrate:down

drop index provider_requests_user;
create index provider_requests_user on provider_requests (user_id) where user_id is not null;
drop index provider_requests_poll;
create index provider_requests_poll on provider_requests (poll_id, started_at desc) where poll_id is not null;
drop index events_user;
drop table outbound_clicks;
