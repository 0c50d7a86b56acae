-- The statements of a batch are sent all at once, its commit with them: what must hold is checked where it is written.
create function overtaken() returns int language plpgsql as $$
begin
  raise exception 'another writer was faster' using errcode = 'OH001';
end $$;

-- Returns `expected`; raises where another number of rows was touched.
create function must_touch(expected int, touched bigint) returns int language plpgsql as $$
begin
  if touched <> expected then
    raise exception '% of % rows were as expected', touched, expected using errcode = 'OH001';
  end if;
  return expected;
end $$;

-- The program writes canonical texts that nothing in the database looks into: they need no parsing here, and no compression
-- that costs more than it saves. Rows of states and events stay whole up to a page.
alter table order_state alter column state type text;
alter table event alter column body type text;
alter table outbox alter column changes type text;
alter table outbox alter column changes set storage external;
alter table outbox alter column order_keys set storage external;
alter table order_state set (toast_tuple_target = 8160);
alter table event set (toast_tuple_target = 8160);
