"""The docs are true: every word of the vocabulary has its line, tables agree with the code, and what is cited exists."""

from __future__ import annotations

import enum
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import domain
from detectors.registry import DETECTORS, NOT_YET, build
from domain.account import Compartment, Custody
from domain.audit import AuditAction
from domain.authorization import DetectorName
from domain.finding import FindingKind
from domain.viewer import Role, Viewer
from policy import visibility
from policy.authorization import OPTED_IN_DETECTORS, may_report
from policy.due_times import COLLECTION_IS_LATE_AFTER
from sources.registry import REFUSED, SOURCES
from sources.source import Source

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def rows(first_heading: str) -> Iterator[list[str]]:
    """The rows of the glossary's table whose first column is headed so, cells without backticks."""
    table = GLOSSARY[GLOSSARY.index(f"\n| {first_heading} |") :].lstrip("\n").split("\n\n")[0]
    return ([cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:])


def enumerations() -> list[type[enum.StrEnum]]:
    modules = [importlib.import_module(f"domain.{module.name}") for module in pkgutil.iter_modules(domain.__path__)]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, enum.StrEnum) and thing is not enum.StrEnum
    ]


@pytest.mark.parametrize("value", sorted({member.value for kind in enumerations() for member in kind}))
def test_every_word_that_code_and_tables_use_is_in_the_glossary(value: str) -> None:
    assert f"`{value}`" in GLOSSARY


def yes_or(no: str, holds: bool) -> str:
    return "yes" if holds else no


def test_the_table_of_kinds_is_true() -> None:
    found_today = {kind for detector in build(frozenset(DETECTORS), []) for kind in detector.finds}
    expected = [[kind.value, yes_or("never", may_report(Custody.OPTED_IN, kind)), yes_or("not yet", kind in found_today)] for kind in FindingKind]
    assert [[kind, members, today] for kind, _, members, today in rows("kind")] == expected


def test_the_table_of_detectors_is_true() -> None:
    expected = {name.value: [yes_or("never", name in OPTED_IN_DETECTORS), yes_or("not yet", name not in NOT_YET)] for name in DetectorName}
    assert {name: [members, today] for name, _, members, today in rows("name")} == expected


def test_the_table_of_roles_is_true() -> None:
    def rights(role: Role) -> list[bool]:
        viewer = Viewer("somebody", frozenset({role}))
        undercover = visibility.may_see(viewer, Compartment.UNDERCOVER), visibility.may_decide(viewer, Compartment.UNDERCOVER)
        assert undercover[0] is undercover[1]
        return [
            visibility.may_see(viewer, Compartment.GENERAL),
            visibility.may_decide(viewer, Compartment.GENERAL),
            visibility.may_register(viewer),
            undercover[0],
            visibility.may_read_audit(viewer),
            visibility.may_manage_users(viewer),
        ]

    assert list(rows("role")) == [[role.value, *(yes_or("no", right) for right in rights(role))] for role in Role]


def test_the_table_of_audit_actions_is_whole() -> None:
    assert [action for action, _ in rows("action")] == [action.value for action in AuditAction]


def test_the_glossary_names_the_platforms_there_are() -> None:
    (line,) = re.findall(r"^Platforms: (.*?)\. `(\w+)` is refused", GLOSSARY, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", line[0])) == set(SOURCES)
    assert {line[1]} == set(REFUSED)


@pytest.mark.parametrize("platform", sorted([*SOURCES, *REFUSED]))
def test_every_platform_has_its_lines_in_the_page_on_sources(platform: str) -> None:
    assert f"`{platform}`" in (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def table_of_sources(first_row: str) -> dict[str, list[str]]:
    """The rows of the table of docs/sources.md that begins so, by platform."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    table = text[text.index(f"\n{first_row}\n") :].lstrip("\n").split("\n\n")[0]
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]
    return {re.findall(r"`(\w+)`", cells[0])[0]: cells for cells in found}


def token_needed(source: Source) -> str:
    return "no" if not source.needs.token else "optional" if "without one" in source.needs.token else "yes"


def test_the_overview_of_platforms_is_true() -> None:
    found = table_of_sources("| platform | what is read | token | what an unchanged account costs | pictures |")
    assert {name: cells[:1] + cells[2:3] for name, cells in found.items()} == {
        name: [f"[`{name}`](sources/{name}.md)", token_needed(source)] for name, source in SOURCES.items()
    }
    assert list(found) == sorted(found)


def test_the_table_of_tokens_is_whole() -> None:
    assert set(table_of_sources("| platform | token | where to get it |")) == {name for name, source in SOURCES.items() if source.needs.token}


def test_the_table_of_terms_is_true() -> None:
    found = table_of_sources("| platform | use | deletions | kept at most | where that is written |")
    assert {name: cells[2] for name, cells in found.items()} == {name: f"`{source.terms.on_delete}`" for name, source in SOURCES.items()}
    for name, source in SOURCES.items():
        days = source.terms.keep_days
        assert found[name][3] in ({"no limit stated", "no limit found"} if days is None else {f"{days} day{'s' if days > 1 else ''}"})


@pytest.mark.parametrize("platform", sorted(SOURCES))
def test_every_platform_has_a_page(platform: str) -> None:
    source, page = SOURCES[platform], (ROOT / "docs" / "sources" / f"{platform}.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.*)$", page, re.MULTILINE)
    token = ["The token"] if source.needs.token else []
    assert page.startswith(f"# `{platform}`\n\n[All platforms](../sources.md)\n")
    assert [one for one in sections if one in {"How to register it", "What becomes a post", "The token", "What to know"}] == [
        "How to register it",
        "What becomes a post",
        *token,
        "What to know",
    ]
    cost = "" if source.daily.cost is None else f", which may cost {source.daily.cost:g} {source.daily.unit}"
    assert f"A day may ask {source.daily.requests:,} requests{cost} (`[network.daily.{platform}]`" in page


def test_every_page_of_a_platform_is_of_one_that_there_is() -> None:
    assert {page.stem for page in (ROOT / "docs" / "sources").glob("*.md")} == set(SOURCES)


def test_when_an_account_is_late_is_what_the_glossary_says() -> None:
    assert f"more than {COLLECTION_IS_LATE_AFTER.total_seconds() / 3600:.0f} hours ago" in GLOSSARY


def test_the_notice_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    named = set(re.findall(r"[a-z0-9][a-z0-9_-]+", (ROOT / "NOTICE").read_text(encoding="utf-8").casefold()))
    assert {re.split(r"[^\w-]", requirement)[0].casefold() for requirement in wanted} - named == set()


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("document", DECISIONS, ids=lambda document: document.stem)
def test_a_decision_says_when_and_what_else_was_weighed(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert re.search(r"\b20\d\d-\d\d-\d\d\b", text)
    assert "weighed" in text


def test_no_two_decisions_have_one_number() -> None:
    numbers = [document.name[:4] for document in DECISIONS if document.name[:4].isdigit()]
    assert len(set(numbers)) == len(numbers)


def test_every_page_that_code_names_exists() -> None:
    code = [path for package in sorted(path.parent for path in ROOT.glob("*/__init__.py")) for path in package.rglob("*.py")]
    named = {(path.relative_to(ROOT).as_posix(), page) for path in code for page in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text(encoding="utf-8"))}
    assert {where: page for where, page in named if not (ROOT / page).exists()} == {}


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_test_and_module_that_a_page_names_exists(document: Path) -> None:
    named = re.findall(
        r"`((?:tests|cli|domain|policy|sources|detectors|storage|flows|dashboards|samples|bench)/[\w./-]+\.(?:py|toml|md|txt|sql))`",
        document.read_text(encoding="utf-8"),
    )
    assert [name for name in named if not (ROOT / name).exists()] == []
