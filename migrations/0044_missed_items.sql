-- Lists that seem to have lost most of what they held are not believed at once.

-- migrate:up

-- When a whole reading missed the item among most of its list, which another one has to confirm; null: it was seen since.
alter table imported_items add column missed_at timestamptz;

-- migrate:down

alter table imported_items drop column missed_at;
