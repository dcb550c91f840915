-- Imports of one user that read the same list at once tell what left it from what the other one saw.

-- migrate:up

-- Numbers pages in the order in which they are stored, whichever job and process read them: clocks may disagree.
create sequence import_pages;

-- Of the source that is read now; null: no page of it was stored yet, and none where it began before there were numbers,
-- which then says nothing of what is gone.
alter table import_jobs add column first_page_number bigint;

-- The page on which it was last seen.
alter table imported_items add column last_page_number bigint not null default 0;

-- migrate:down

alter table imported_items drop column last_page_number;
alter table import_jobs drop column first_page_number;
drop sequence import_pages;
