-- Every process fires every cron; the first to insert the slot runs it.

-- migrate:up

create table cron_slots (
  name text not null,
  slot timestamptz not null,
  taken_at timestamptz not null,
  primary key (name, slot)
);

-- migrate:down

drop table cron_slots;
