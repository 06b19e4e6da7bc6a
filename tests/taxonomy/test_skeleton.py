"""`marketplace plugin new` writes something that works."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from marketplace.core.errors import ConfigurationError
from marketplace.plugin_testing import check_plugin
from marketplace.taxonomy.skeleton import write_skeleton


@pytest.mark.parametrize("name", ["textiles", "food_2", "ab"])
def test_skeleton_passes_its_own_check(tmp_path: Path, name: str) -> None:
    target = write_skeleton(name, tmp_path)
    file = target / f"marketplace_{name}" / "__init__.py"
    spec = importlib.util.spec_from_file_location(f"marketplace_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"marketplace_{name}"] = module
    try:
        spec.loader.exec_module(module)
        industry = check_plugin(module)
    finally:
        del sys.modules[f"marketplace_{name}"]
    assert industry.code == name
    assert len(industry.scenarios) == 1


@pytest.mark.parametrize("name", ["", "x", "Textiles", "2food", "class", "a-b", "a" * 40, "../x"])
def test_skeleton_of_unusable_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="no usable plugin name"):
        write_skeleton(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_skeleton_overwrites_nothing(tmp_path: Path) -> None:
    write_skeleton("textiles", tmp_path)
    with pytest.raises(ConfigurationError, match="exists already"):
        write_skeleton("textiles", tmp_path)
