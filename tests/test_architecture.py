"""The house: who may import whom, what files may be called, how long a function may grow, and what a registry must hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.registry import NOT_YET, build
from domain.authorization import DetectorName
from sources.registry import SOURCES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
SAYS_NOTHING = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc", "base", "core", "lib", "stuff"}
LONGEST_FUNCTION = 60


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)


def test_imports_run_one_way() -> None:
    checked = run(str(Path(sys.executable).with_name("lint-imports")), "--no-logo")
    assert checked.returncode == 0, checked.stdout[-4000:] + checked.stderr[-2000:]


def test_every_package_is_under_the_import_contracts() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert sorted(linter["root_packages"]) == sorted(PACKAGES)
    layers = " ".join(next(contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"))
    assert sorted(layers.replace("|", " ").split()) == sorted(set(PACKAGES) - {"samples"})


def test_a_file_is_named_for_its_subject() -> None:
    named = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    assert [name_of(path) for path in named if {part.removesuffix(".py") for part in path.relative_to(ROOT).parts} & SAYS_NOTHING] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in FILES if not path.name.startswith("_") and not ast.get_docstring(parsed(path))] == []


def test_every_package_says_what_it_is_for() -> None:
    assert [package for package in PACKAGES if not ast.get_docstring(parsed(ROOT / package / "__init__.py"))] == []


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_function_is_longer_than_a_screen() -> None:
    bench = sorted((ROOT / "bench").rglob("*.py"))
    lengths = {
        f"{name_of(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1 for path in [*FILES, *bench] for function in functions(path)
    }
    assert len(lengths) > 100
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_package_has_tests_that_are_packages_too() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def classes_with(package: str, method: str) -> set[str]:
    """The classes of `package` that have `method`, as `module.Class`; protocols, which only describe one, are left out."""
    return {
        f"{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}.{node.name}"
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and not any(isinstance(parent, ast.Name) and parent.id == "Protocol" for parent in node.bases)
        and any(isinstance(item, ast.FunctionDef) and item.name == method for item in node.body)
    }


def full_name(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def test_every_source_is_in_its_registry() -> None:
    assert classes_with("sources", "pages") == {full_name(source) for source in SOURCES.values()}
    assert {name: source.name for name, source in SOURCES.items()} == {name: name for name in SOURCES}


def test_every_detector_is_in_its_registry() -> None:
    built = build(frozenset(DetectorName), [])
    assert classes_with("detectors", "examine") == {full_name(detector) for detector in built}
    assert {detector.name for detector in built} == set(DetectorName) - NOT_YET


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after `statement`."""
    ran = run(sys.executable, "-c", f"import sys\n{statement}\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))")
    assert ran.returncode == 0, ran.stderr[-2000:]
    return set(ran.stdout.split())


@pytest.mark.parametrize("module", sorted(f"domain.{path.stem}" for path in (ROOT / "domain").glob("*.py") if path.stem != "__init__"))
def test_the_vocabulary_loads_nothing_else_of_ours(module: str) -> None:
    assert loaded_by(f"import {module}") & set(PACKAGES) == {"domain"}


def test_the_rules_load_the_vocabulary_alone() -> None:
    modules = ", ".join(f"policy.{path.stem}" for path in (ROOT / "policy").glob("*.py"))
    loaded = loaded_by(f"import {modules}\npolicy.directives.load_directive()")
    assert loaded & set(PACKAGES) == {"policy", "domain"}
    assert not loaded & {"duckdb", "prefect", "django", "requests", "cv2", "numpy"}


def test_checking_a_draft_waits_for_no_server_and_no_store(tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text("Road closed at Main Street.", encoding="utf-8")
    arguments = ["plainview", "check", str(tmp_path / "draft.txt"), "--as", "department", "--json"]
    loaded = loaded_by(f"from contextlib import suppress\nfrom cli.main import main\nsys.argv = {arguments!r}\nwith suppress(SystemExit):\n    main()")
    assert "cli" in loaded
    assert not loaded & {"prefect", "django", "duckdb", "requests"}
