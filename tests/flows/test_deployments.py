"""prefect.yaml: every entry point imports as a module and takes the parameters that it is given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
# In a process of its own, one for all of them: importing Prefect here would change logging and warnings for every other test.
PROGRAM = """
import importlib, json, sys
from prefect import Flow

def problem(name):
    module, _, attribute = name.rpartition(".")
    flow = getattr(importlib.import_module(module), attribute)
    assert isinstance(flow, Flow), "is no flow"
    assert flow.persist_result is False, "keeps its result"
    assert not flow.log_prints, "logs what it prints"
    flow.validate_parameters({})
    kinds = [one.get("type") for one in flow.parameters.properties.values()]
    assert all(kind in ("array", "string", "null", None) for kind in kinds), "takes " + str(kinds)

said = {}
for name in json.loads(sys.argv[1]):
    try:
        said[name] = problem(name)
    except Exception as error:
        said[name] = f"{type(error).__name__}: {error}"
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """What is wrong with each entry point."""
    folder = tmp_path_factory.mktemp("deployments")
    command = [sys.executable, "-c", PROGRAM, json.dumps([deployment["entrypoint"] for deployment in DEPLOYMENTS])]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env={"PREFECT_HOME": str(folder), "HOME": str(folder)})
    said: dict[str, str | None] = json.loads(ended.stdout)
    return said


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_an_entry_point_is_a_flow_by_module_path(deployment: dict[str, Any], problems: dict[str, str | None]) -> None:
    entry = deployment["entrypoint"]
    assert ":" not in entry
    assert "/" not in entry
    assert problems[entry] is None


def test_every_deployment_runs_one_at_a_time_on_the_same_pool() -> None:
    assert {deployment["concurrency_limit"] for deployment in DEPLOYMENTS} == {1}
    assert {deployment["work_pool"]["name"] for deployment in DEPLOYMENTS} == {"plainview"}
