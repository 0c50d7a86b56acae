-- Where a stream stands when a number cannot say it: a cursor, a key, the text of an LSN. Positions of what is over are removed.
alter table source_position add column mark text not null default '';
grant delete on source_position to orderhub_app;
