-- Whose turn it is among many polls that are due, without reading them all.

-- migrate:up

alter table polls
  -- What its lateness is measured by: its interval, in its first two digits, so that there are at most some hundreds of
  -- them, and among those of one pace the latest is the one that was due first. A poll that never ran counts as asked for
  -- every minute, for somebody waits for his first hits. Null: it is not polled.
  add column pace_seconds integer generated always as (
    case
      when runs = 0 and interval_seconds > 60 then 60
      when interval_seconds < 100 then interval_seconds
      when interval_seconds < 1000 then interval_seconds / 10 * 10
      when interval_seconds < 10000 then interval_seconds / 100 * 100
      else interval_seconds / 1000 * 1000
    end
  ) stored,
  -- Of an added source: what its provider's id has behind the family, without the collection of a shop and the hash of
  -- a feed. Null: it is a marketplace's.
  add column host text generated always as (
    case when provider like '%:%'
      then regexp_replace(split_part(provider, ':', 2), '(?<!(^|\.)xn)--[^.]*$|-[0-9a-f]{10}$', '')
    end
  ) stored;

-- Serves claimDuePolls(), which reads the first few of each pace.
create index polls_turn on polls (provider, pace_seconds, next_poll_at) where interval_seconds is not null;
-- Serves findDueSources() and nextPollDueAt(), for of added sources no list is kept.
create index polls_due_of_source on polls (next_poll_at) where interval_seconds is not null and host is not null;
-- Serves findDueSources() too: without it the planner takes the polls of a family for so few that it reads them all.
create statistics polls_family on (split_part(provider, ':', 1)) from polls;

-- migrate:down

drop statistics polls_family;
drop index polls_due_of_source;
drop index polls_turn;
alter table polls drop column host, drop column pace_seconds;
