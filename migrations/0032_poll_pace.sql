-- How often a poll really runs, and when a rule was last run by hand.

-- migrate:up

alter table polls
  -- Seconds from one success to the next, smoothed; null: fewer than two since its interval was last changed.
  add column gap_seconds real check (gap_seconds >= 0);

alter table compiled_rules
  -- Null: never.
  add column run_by_hand_at timestamptz;

-- migrate:down

alter table compiled_rules drop column run_by_hand_at;
alter table polls drop column gap_seconds;
