"""The pages in a real browser, against the real server. Skipped where Debian's Chromium is not installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from domain.viewer import Role, Viewer
from storage import reviews
from storage.owner.door import Door
from storage.owner.open import owning
from tests.dashboards.conftest import PASSWORD
from tests.dashboards.running import RunningSite, running_site
from tests.dashboards.seeding import a_hit, a_member_account

CHROMIUM = Path("/usr/bin/chromium")
JUDGE = Viewer("j.lee", frozenset({Role.SUPERVISOR}))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium: `apt-get install chromium` (as root), then run the tests again"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A site with six hits that wait."""
    folder = tmp_path_factory.mktemp("browser") / "data"
    with owning(folder, wait_s=0) as store:
        account, now = a_member_account(store), datetime.now(UTC)
        for number in range(6):
            a_hit(store, number=number, account=account, found_at=now - timedelta(hours=20 - number))
    with running_site(folder) as site:
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with this file: its event loop would keep Django's models from being used in the tests after it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def session(running: RunningSite, chromium: Browser) -> StorageState:
    """The first supervisor, set up as a person would and signed in."""
    context = chromium.new_context(base_url=running.url)
    page = context.new_page()
    page.goto(str(running.setup_path))
    page.get_by_label("Name").fill("r.alvarez")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Create and sign in").click()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ waiting"))).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(running: RunningSite, chromium: Browser, session: StorageState) -> Iterator[Page]:
    """A signed-in page on which nothing may be complained about: no script error, nothing that the policy blocked."""
    context = chromium.new_context(base_url=running.url, storage_state=session)
    yield from watched(context)
    context.close()


def watched(context: BrowserContext) -> Iterator[Page]:
    """A new page of `context`, of which the console may say nothing, save that a form was sent back."""
    page, said = context.new_page(), []
    page.on("console", lambda message: None if "status of 422" in message.text else said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def decided(site: RunningSite) -> dict[str, tuple[str, str]]:
    """Outcome and reason of every decided hit."""
    return {row.hit_id: (row.outcome, row.reason) for row in Door(site.folder).call(reviews.listing, viewer=JUDGE)}


def hit_in(address: str) -> str:
    """The hit's id in a page's address."""
    return address.rpartition("/")[2].partition("?")[0]


def test_signing_in_by_hand_leads_to_where_one_was_going(running: RunningSite, chromium: Browser, session: StorageState) -> None:
    context = chromium.new_context(base_url=running.url)
    for page in watched(context):
        page.goto("/accounts")
        page.get_by_label("Name").fill("r.alvarez")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    context.close()


def test_the_queue_is_worked_by_keyboard_alone(running: RunningSite, page: Page) -> None:
    page.goto("/")
    links = page.locator("#rows h2 a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_url("**/hits/*")
    first = hit_in(page.url)
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Dismissed")).to_be_checked()
    page.keyboard.press("r")
    page.keyboard.type("A pub's sign, r 1 2 ?")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: "/hits/" in address and hit_in(address) != first)
    expect(page.get_by_role("status")).to_contain_text("Dismissed: recorded on 1 item with your name.")
    assert decided(running)[first] == ("dismissed", "A pub's sign, r 1 2 ?")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name=re.compile("waiting"))).to_be_visible()


def test_a_decision_without_a_reason_is_not_taken_and_says_so(running: RunningSite, page: Page) -> None:
    page.goto("/")
    page.locator("#rows h2 a").first.click()
    page.wait_for_load_state()
    hit = hit_in(page.url)
    page.keyboard.press("1")
    with page.expect_response(re.compile("/decide$")) as answered:
        page.keyboard.press("Control+Enter")
    assert answered.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("A decision needs a reason")
    expect(page.get_by_role("radio", name="Confirmed")).to_be_checked()
    assert hit not in decided(running)


def test_without_scripts_everything_is_decided_as_well(running: RunningSite, chromium: Browser, session: StorageState) -> None:
    context = chromium.new_context(base_url=running.url, storage_state=session, java_script_enabled=False)
    for page in watched(context):
        page.goto("/")
        page.locator("#rows h2 a").first.click()
        hit = hit_in(page.url)
        page.get_by_role("radio", name="Approved use").check()
        page.get_by_label("Reason", exact=True).select_option("The Media Unit published it in the course of its work.")
        page.get_by_role("button", name="Submit and go on").click()
        expect(page.get_by_role("status")).to_contain_text("Approved use: recorded")
        assert decided(running)[hit] == ("approved_use", "The Media Unit published it in the course of its work.")
    context.close()


def test_the_mark_lies_on_the_picture_however_it_is_scaled(page: Page) -> None:
    page.goto("/")
    page.locator("#rows h2 a").first.click()
    page.wait_for_load_state()  # with its pictures
    for width in (1440, 800, 390):
        page.set_viewport_size({"width": width, "height": 900})
        picture, drawing = page.locator(".canvas img").bounding_box(), page.locator(".canvas svg").bounding_box()
        assert picture
        assert drawing == pytest.approx(picture, abs=1)
        mark = page.locator(".mark-over").bounding_box()
        assert mark
        assert mark["x"] - picture["x"] == pytest.approx(60 / 400 * picture["width"], abs=6)
        assert mark["width"] == pytest.approx(80 / 400 * picture["width"], abs=6)


def test_the_whole_picture_comes_when_asked_for(page: Page) -> None:
    page.goto("/")
    page.locator("#rows h2 a").first.click()
    page.get_by_role("button", name="Show whole picture").click()
    expect(page.locator(".canvas img")).to_have_attribute("src", re.compile(r"/whole\.jpg$"))
    expect(page.get_by_role("button", name="Show whole picture")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_has_to_be_scrolled_sideways_on_a_telephone(running: RunningSite, chromium: Browser, session: StorageState, scheme: str) -> None:
    viewport = {"width": 390, "height": 844}
    context = chromium.new_context(base_url=running.url, storage_state=session, viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    for page in watched(context):
        page.goto("/")
        addresses = ["/", str(page.locator("#rows h2 a").first.get_attribute("href")), "/people", "/password", "/?state=closed"]
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    context.close()


def test_keys_are_listed_and_can_be_turned_off(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Single keys work").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(page.locator("#rows h2 a").first).not_to_be_focused()
    expect(page.locator("[data-help]")).to_be_hidden()
