-- A pair that an event claims and identity does not take: it is void, a side of it is suspended, or it hangs on one that is.
-- It stands under both of its sides, because it counts for the fan-out of both (unless it is void). The anchor is its event's first
-- identifier: that one always leads to the order that keeps the event, whatever merges, splits or is rebuilt.
alter table link_review_claim drop constraint link_review_claim_pkey;
alter table link_review_claim drop column order_key;
alter table link_review_claim add column anchor text not null default '';
alter table link_review_claim alter column anchor drop default;
alter table link_review_claim add column void boolean not null default false;
alter table link_review_claim add primary key (tenant_key, identifier, other, anchor, void);
create index link_review_claim_by_anchor on link_review_claim (tenant_key, anchor);
