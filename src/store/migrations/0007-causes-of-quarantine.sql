-- Records that wait for one reason are one piece of work: what is special to a record is taken out of its reason.
-- Quoted words and whatever begins with a digit vary; names such as E1EDK01 stay.
create function cause_text(told text) returns text language sql immutable
  return regexp_replace(regexp_replace(left(told, 2000), '"[^"]*"|''[^'']*''', '"…"', 'g'), '\m[0-9][[:alnum:]_]*', '#', 'g');

create function cause_of(source text, code text, path text, detail text) returns text language sql immutable
  return left(md5(source || chr(10) || code || chr(10) || cause_text(path) || chr(10) || cause_text(detail)), 16);

alter table quarantine add column cause text collate "C" generated always as (cause_of(source, code, path, detail)) stored;
create index quarantine_by_cause on quarantine (tenant_key, cause, quarantine_key);

-- 'edited': a person sent a repaired copy; settled_by is the receipt of that copy. The record itself stays as it was received.
alter table quarantine add column settled_by bigint;
alter table quarantine drop constraint quarantine_state_check;
alter table quarantine add constraint quarantine_state_check check (state in ('open', 'replayed', 'discarded', 'edited'));
