"""A PostgreSQL database that one test after another gets as new.

Making one by copying a template takes a third of a second, longer than most tests. So it is made
once and its rows are put back from a copy of their own before each test.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg

KEEP = """
create schema kept;
do $$ declare t record; begin
  for t in select tablename as name from pg_tables where schemaname = 'public' loop
    execute format('create table kept.%I as table public.%I', t.name, t.name);
  end loop;
  create table kept."the sequences" as
    select sequencename as name, last_value from pg_sequences where schemaname = 'public';
end $$;
"""
PUT_BACK = """
select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid();
set session_replication_role = replica;
do $$ declare t record; begin
  for t in select tablename as name from pg_tables where schemaname = 'public' loop
    execute format('delete from public.%I', t.name);
    execute format('insert into public.%I select * from kept.%I', t.name, t.name);
  end loop;
  for t in select * from kept."the sequences" loop
    perform setval(format('public.%I', t.name), coalesce(t.last_value, 1),
                   t.last_value is not null);
  end loop;
end $$;
"""
"""Replicas check no foreign keys, so the order of the tables does not matter."""


SHAPE = """
select md5(string_agg(concat_ws(' ', table_name, column_name, data_type), ','
                      order by table_name, ordinal_position))
  from information_schema.columns where table_schema = 'public'
"""


class LentDatabase:
    """One database for many tests; nothing of a test is left for the next.

    `make` makes it and gives its address: at first, and again after a test that changed tables.
    """

    def __init__(self, make: Callable[[], str]) -> None:
        self._make, self._url, self._shape = make, "", None

    def as_new(self) -> str:
        """The address, after every row and sequence is as it was at first. Whoever is still
        connected is cut off."""
        if not self._url or self._run(SHAPE) != self._shape:
            self._url = self._make()
            self._run(KEEP)
            self._shape = self._run(SHAPE)
        self._run(PUT_BACK)
        return self._url

    def _run(self, statements: str) -> object:
        with psycopg.connect(self._url.replace("+psycopg", ""), autocommit=True) as connection:
            found = connection.execute(statements)
            return found.fetchone() if found.description else None
