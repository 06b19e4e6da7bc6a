"""The `marketplace` command: every sub-command runs, errors are one line."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from marketplace.catalog.indexer import elected
from marketplace.cli import cli, main
from marketplace.core.database import db
from marketplace.taxonomy.queries import forget_paused, paused
from tests.factories import make_organisation, make_solution
from tests.support import ROOT, environment, free_port

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process on the test's data folder: (exit code, stdout, stderr)."""
    wanted = environment(app)
    for name in ("MARKETPLACE_DATA_DIR", "DATABASE_URL", "COLUMNS"):
        if name in wanted:
            monkeypatch.setenv(name, wanted[name])
    monkeypatch.setenv("MARKETPLACE_LOG_LEVEL", "error")

    def run(*arguments: str) -> tuple[int, str, str]:
        db.session.remove()
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        said = capsys.readouterr()
        code = stopped.value.code
        return (code if isinstance(code, int) else 0 if code is None else 1), said.out, said.err

    return run


def commands(group: object = cli, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = getattr(group, "commands", None)
    if below is None:
        return [path]
    return [found for name, command in below.items() for found in commands(command, (*path, name))]


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_command_explains_itself(run: Run, path: tuple[str, ...]) -> None:
    code, out, _err = run(*path, "--help")
    assert code == 0
    assert "Usage:" in out
    assert len(out.split("\n\n")[1].strip()) > 10, "says what it does"


def test_version_and_help(run: Run) -> None:
    assert run("--version")[0] == 0
    assert "plugin" in run("--help")[1]


def test_config_lists_every_setting(run: Run) -> None:
    code, out, _err = run("config")
    assert code == 0
    assert "MARKETPLACE_DATA_DIR" in out


def test_setup_is_idempotent_and_loads_samples_into_the_empty(run: Run) -> None:
    assert run("setup", "--samples")[0] == 0
    assert run("setup", "--samples")[0] == 0
    assert "150" in run("search", "stats")[1]


def test_setup_from_nothing(run: Run, tmp_path: Path,
                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("MARKETPLACE_DATA_DIR", str(tmp_path / "fresh"))
    code, out, err = run("setup")
    assert (code, err) == (0, "")
    assert "Search index built" in out
    assert (tmp_path / "fresh" / "marketplace.sqlite").exists()


def test_seed_adds_then_changes_nothing_then_removes(run: Run) -> None:
    assert "150 solutions" in run("seed")[1]
    assert "0 solutions" in run("seed")[1]
    assert "153 solutions" in run("seed", "--remove")[1], "three of them were never published"
    code, out, _err = run("search", "stats")
    assert code == 0
    assert "150" not in out


def test_demo_accounts_name_user_and_password(run: Run) -> None:
    code, out, _err = run("demo-accounts")
    assert code == 0
    assert "admin" in out
    assert "/sign-in" in out


def test_plugin_list_pause_resume(run: Run) -> None:
    assert "steel" in run("plugin", "list")[1]
    assert run("plugin", "pause", "steel", "--reason", "等待系统检修")[0] == 0
    assert "paused since" in run("plugin", "list")[1]
    forget_paused()
    assert paused()["steel"].reason == "等待系统检修"
    assert run("plugin", "resume", "steel")[0] == 0
    forget_paused()
    assert paused() == {}


def test_plugin_check(run: Run) -> None:
    code, out, _err = run("plugin", "check")
    assert (code, out.split()) == (0, ["biopharma:", "ok", "cnc_robotics:", "ok", "steel:", "ok"])
    assert run("plugin", "check", "steel")[1].strip() == "steel: ok"


def test_plugin_new_writes_a_skeleton(run: Run, tmp_path: Path) -> None:
    code, out, _err = run("plugin", "new", "textiles", "--folder", str(tmp_path))
    assert code == 0
    assert "pip install -e" in out
    assert (tmp_path / "marketplace-textiles" / "pyproject.toml").exists()


def test_search_rebuild_verify_stats(run: Run, app: Flask) -> None:
    make_solution()
    code, out, _err = run("search", "verify", "--no-repair")
    assert code == 1
    assert "differs" in out
    assert run("search", "verify")[0] == 0
    assert run("search", "verify", "--no-repair")[0] == 0
    assert "solutions: 1 documents" in run("search", "rebuild")[1]
    assert run("search", "stats")[0] == 0


@pytest.mark.parametrize(("arguments", "sign"), [
    (("plugin", "pause", "shoes", "--reason", "等待检修"), "installed are biopharma"),
    (("plugin", "pause", "steel", "--reason", "x"), "4 to 400 characters"),
    (("plugin", "resume", "steel"), "not paused"),
    (("plugin", "check", "shoes"), "No plugin 'shoes'"),
    (("plugin", "new", "Not-Good"), "no usable plugin name"),
    (("plugin", "pause", "steel"), "--reason"),
    (("seed", "--scale", "0"), "--scale"),
    (("nonsense",), "No such command"),
])
def test_error_is_short_and_says_what_to_do(run: Run, arguments: tuple[str, ...],
                                            sign: str) -> None:
    code, out, err = run(*arguments)
    assert code != 0
    assert sign in err
    assert "Traceback" not in out + err
    assert len(err.strip().splitlines()) <= 4


def test_remedies_in_two_languages_are_said_in_english(run: Run, app: Flask) -> None:
    firm = make_organisation()
    err = run("user", "invite", "王明", "--organisation", firm.slug, "--role", "auditor")[2]
    assert "choose from enterprise (Enterprise)" in err


@pytest.mark.parametrize(("variable", "value"), [
    ("MARKETPLACE_NONSENSE", "1"), ("PORT", "eighty"), ("MARKETPLACE_DATA_DIR", "/proc/nowhere"),
    ("MARKETPLACE_CITY", "atlantis")])
def test_wrong_setting_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str,
                                   value: str) -> None:
    monkeypatch.setenv(variable, value)
    code, _out, err = run("seed")
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    assert value in err or variable in err


def test_database_out_of_reach_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    code, _out, err = run("plugin", "list")
    assert code == 1
    assert "Traceback" not in err
    assert "DATABASE_URL" in err


def test_database_without_tables_is_one_line(run: Run, app: Flask, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETPLACE_DATA_DIR", str(tmp_path / "bare"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    code, _out, err = run("plugin", "list")
    assert code == 1
    assert "Traceback" not in err
    assert "marketplace setup" in err


def test_busy_port_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        for command in ("serve", "start"):
            code, _out, err = run(command)
            assert code == 1
            assert len(err.strip().splitlines()) == 1
            assert "PORT=" in err


def test_index_of_a_running_site_is_left_alone(run: Run, app: Flask) -> None:
    with elected(app.extensions["settings"].data_dir) as leading:
        assert leading
        code, _out, err = run("search", "rebuild")
        assert code == 1
        assert "Stop the site" in err
        assert run("search", "verify")[0] == 1
        assert run("search", "verify", "--no-repair")[0] == 0


def test_root_is_the_repository() -> None:
    assert (ROOT / "marketplace" / "cli.py").exists()
