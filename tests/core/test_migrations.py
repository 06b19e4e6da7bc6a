"""Migrations: up, down and equal to the models, on both engines, with rows in the tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from marketplace.app import MIGRATIONS, create_app
from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.config import Settings
from marketplace.core.database import Base, db
from seeds.loader import load_city
from tests.conftest import close
from tests.factories import make_solution, make_version

pytestmark = pytest.mark.database


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database without any table."""
    url, name = "", f"migrations_{uuid.uuid4().hex[:12]}"
    databases = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    if databases:
        url = databases.create(name)
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=url, log_level="error"),
                     testing=True)
    with app.app_context():
        yield app
        close(app)
    if databases:
        databases.drop(name)


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True, "compare_server_default": True})
        return compare_metadata(context, Base.metadata)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_upgrade_gives_what_the_models_say(fresh: Flask) -> None:
    upgrade()
    assert differences() == []
    assert tables() == set(Base.metadata.tables)


def test_upgrade_twice_changes_nothing(fresh: Flask) -> None:
    upgrade()
    upgrade()
    assert differences() == []


def test_downgrade_with_rows_leaves_nothing(fresh: Flask) -> None:
    upgrade()
    _fill()
    db.session.remove()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert differences() == []


def test_every_step_up_and_down_keeps_parents_and_children(fresh: Flask) -> None:
    """Each further step keeps all rows of the tables that the first one made."""
    revisions = [r.revision for r in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
    upgrade()
    _fill()
    before = _counts()
    assert before["solution_version"] == 3
    assert before["price_part"] == 21
    for revision in reversed(revisions[:-1]):
        db.session.remove()
        downgrade(revision=revision)
    first = tables()
    db.session.remove()
    upgrade()
    assert {name: n for name, n in _counts().items() if name in first} == {
        name: n for name, n in before.items() if name in first}


def test_rebuilding_a_parent_table_keeps_its_children(fresh: Flask, tmp_path: Path) -> None:
    """The trap: on SQLite a batch migration drops the parent, and the cascade its children."""
    upgrade()
    _fill()
    before = _counts()
    db.session.remove()
    copied = tmp_path / "migrations"
    copied.mkdir()
    for name in ("env.py", "alembic.ini", "script.py.mako"):
        (copied / name).write_text((MIGRATIONS / name).read_text("utf-8"), "utf-8")
    (copied / "versions").mkdir()
    for path in (MIGRATIONS / "versions").glob("*.py"):
        (copied / "versions" / path.name).write_text(path.read_text("utf-8"), "utf-8")
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    (copied / "versions" / "9999_test.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = '9999', {head!r}\n"
        "def upgrade():\n"
        "    for table in ('solution_version', 'solution', 'provider', 'organisation'):\n"
        "        with op.batch_alter_table(table, recreate='auto') as batch:\n"
        "            batch.add_column(sa.Column('extra', sa.Integer(), nullable=True))\n"
        "            batch.alter_column('created_at', nullable=True)\n"
        "def downgrade():\n"
        "    for table in ('solution_version', 'solution', 'provider', 'organisation'):\n"
        "        with op.batch_alter_table(table) as batch:\n"
        "            batch.drop_column('extra')\n", "utf-8")
    upgrade(directory=str(copied))
    assert _counts() == before
    db.session.remove()
    downgrade(directory=str(copied), revision=head or "base")
    assert _counts() == before


def test_foreign_keys_are_on_after_a_migration(fresh: Flask) -> None:
    upgrade()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_models_can_be_read_after_upgrade(fresh: Flask) -> None:
    upgrade()
    _fill()
    assert len(db.session.scalars(select(Solution)).all()) == 2
    assert len(db.session.scalars(select(SolutionVersion)).all()) == 3
    assert len(db.session.scalars(select(Provider)).all()) == 2


def _fill() -> None:
    load_city("jinan")
    first = make_solution(admitted=True)
    make_version(first, publish=True)
    make_solution(cases=[{"title": {"zh": "案例", "en": "Case"},
                          "summary": {"zh": "好", "en": "Good"}}],
                  documents=[{"title": {"zh": "册", "en": "Book"}, "kind": "manual",
                              "body": {"zh": "文", "en": "Text"}}])


def _counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {name: connection.execute(text(f'select count(*) from "{name}"')).scalar_one()
                for name in sorted(tables())}
