"""prefect.yaml: every entry point imports as a module and takes the parameters that it is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
# In a process of its own: importing Prefect here would change logging and warnings for every other test.
PROGRAM = """
import importlib, json, sys
from prefect import Flow
name, parameters = sys.argv[1], json.loads(sys.argv[2])
module, _, attribute = name.rpartition(".")
flow = getattr(importlib.import_module(module), attribute)
assert isinstance(flow, Flow), name
assert flow.persist_result is False, name
assert not flow.log_prints, name
flow.validate_parameters(parameters)
assert all(kind in ("array", "string", "null", None) for kind in [p.get("type") for p in flow.parameters.properties.values()]), flow.parameters
"""


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_an_entry_point_is_a_flow_by_module_path(deployment: dict[str, Any], tmp_path: Path) -> None:
    entry = deployment["entrypoint"]
    assert ":" not in entry
    assert "/" not in entry
    command = [sys.executable, "-c", PROGRAM, entry, "{}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env={"PREFECT_HOME": str(tmp_path), "HOME": str(tmp_path)})
    assert ended.returncode == 0, ended.stderr


def test_every_deployment_runs_one_at_a_time_on_the_same_pool() -> None:
    assert {deployment["concurrency_limit"] for deployment in DEPLOYMENTS} == {1}
    assert {deployment["work_pool"]["name"] for deployment in DEPLOYMENTS} == {"plainview"}
