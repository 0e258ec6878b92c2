"""The page in headless Chromium. Needs Debian's chromium and the package playwright; no browser is downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s2vbench.report.write import write_report
from tests.report.page_run import (
    FAILED_CASE,
    HOSTILE,
    HOSTILE_CASE,
    METRICS,
    NO_VIDEO_CASE,
    NUM_CASES,
    page_cases,
    page_run,
    value_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)")


class Watched:
    """A page with everything that a browser complains about or asks for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def column(self, key: str) -> list[str]:
        """The texts of one column, from the top."""
        return self.page.evaluate(
            """key => {
              const at = [...document.querySelectorAll(".cases thead button")].findIndex(b => b.dataset.key === key);
              return [...document.querySelectorAll(".cases tbody tr")].map(row => row.children[at].textContent);
            }""",
            key,
        )

    def order(self, key: str) -> str | None:
        return self.page.locator(f'.cases th:has([data-key="{key}"])').get_attribute("aria-sort")


def wait_for_video(page: Page) -> None:
    """Returns when the first frame of a case's video is there; the page's own policy forbids polling expressions."""
    page.locator("#case video").evaluate(
        """video => video.readyState >= 2 || new Promise((done, failed) => {
          video.addEventListener("loadeddata", () => done(true));
          video.addEventListener("error", () => failed(new Error("cannot be played")));
        })"""
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with playwright.sync_playwright() as driver:
        # Containers run tests as root, whom Chromium refuses its sandbox.
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One run; three runs in two tables; one run whose videos lie beside the page."""
    folder = tmp_path_factory.mktemp("pages")
    cases = page_cases(folder / "cases")
    runs = [
        page_run(folder / "a", cases, model=f"drawn {HOSTILE}"),
        page_run(folder / "b", cases, model="second", shift=0.2),
        page_run(folder / "c", cases, model="third", comparability="other"),
    ]
    written = {
        "one": write_report(runs[:1]),
        "three": write_report(runs, folder / "three"),
        "linked": write_report(runs[:1], folder / "linked", embed_mb=0),
    }
    return {name: to / "index.html" for name, (_, to) in written.items()}


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Path]) -> Iterator[Any]:
    """Opens a page; at the end nothing may have gone wrong in it, and nothing been fetched from elsewhere."""
    contexts, watched = [], []

    def open_page(name: str, fragment: str = "", **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": 1300, "height": 900}, **options)
        contexts.append(context)
        found = Watched(context.new_page())
        watched.append(found)
        found.page.goto(f"{pages[name].as_uri()}{fragment}")
        return found

    yield open_page
    folder = pages["one"].parents[2].as_uri()
    for one in watched:
        assert one.complaints == []
        assert [url for url in one.requests if not url.startswith(("data:", folder))] == []
        assert one.page.evaluate("window.hit") is None
    for context in contexts:
        context.close()


def test_every_column_sorts_as_numbers_and_back(opened: Any) -> None:
    shown = opened("one")
    for key in METRICS:
        for order, sign in (("ascending", 1), ("descending", -1)):
            shown.page.click(f'.cases [data-key="{key}"]')
            assert shown.order(key) == order
            texts = shown.column(key)
            values = [float(text) for text in texts if text not in {"n/a", "failed"}]
            assert len(values) > 3
            assert values == sorted(values, key=lambda value: sign * value)
            # What has no value stands last, whichever way.
            assert not {"n/a", "failed"} & set(texts[: len(values)])
    shown.page.click('.cases [data-key="case"]')
    assert shown.column("case") == [f"case_{number}" for number in range(NUM_CASES)]
    assert shown.order("viclip_score") == "none"


def test_filters_narrow_the_list(opened: Any) -> None:
    shown = opened("one")
    shown.page.fill("#filter-words", "CASE_1")
    assert shown.column("case") == ["case_1", "case_10", "case_11"]
    shown.page.fill("#filter-words", "it broke")
    assert shown.column("case") == [FAILED_CASE, NO_VIDEO_CASE]
    shown.page.fill("#filter-words", "")
    shown.page.select_option('[data-filter="count"]', "3")
    assert set(shown.column("subjects")) == {"3"}
    shown.page.select_option('[data-filter="outcome"]', "failed")
    assert shown.column("case") == []
    shown.page.select_option('[data-filter="count"]', "")
    assert shown.column("outcome") == ["1 failed", f"{len(METRICS)} failed"]
    assert shown.page.inner_text(".filters output") == f"2 of {NUM_CASES} videos"


def test_a_click_opens_a_case_with_everything(opened: Any) -> None:
    shown = opened("one")
    page = shown.page
    assert page.locator("#case img").count() == 0
    page.click('.cases a:text-is("case_4")')
    wait_for_video(page)
    assert page.evaluate("document.querySelector('#case video').videoWidth") == 112
    assert page.locator("#case .tile img").count() == 2
    assert page.evaluate("[...document.querySelectorAll('#case img')].every(one => one.complete && one.naturalWidth)")
    assert page.locator("#case .frames figure").count() == 5
    assert page.locator("#case .frames .box text").count() == 8
    assert page.locator("#case .curves figure").count() == 3
    said = page.inner_text("#case")
    for text in ("Here come thing0 and thing1.", f"{value_of('imaging_quality', 4):.4f}", "0.6250", "frame 1, 0.13 s"):
        assert text in said
    assert page.evaluate("location.hash") == "#case=case_4&seed=0"


def test_switches_show_and_hide_what_was_found(opened: Any) -> None:
    page = opened("one", "#case=case_4&seed=0").page
    mask, leak = page.locator("#case .frames .mask").first, page.locator("#case .frames canvas").first
    assert (mask.is_visible(), leak.is_visible()) == (True, False)
    page.uncheck("#case label:has-text('masks') input")
    page.check("#case label:has-text('leaked') input")
    assert (mask.is_visible(), leak.is_visible()) == (False, True)
    assert (
        page.evaluate("document.querySelector('#case canvas').getContext('2d').getImageData(0, 0, 1, 1).data[3]") == 0
    )


def test_keys_go_on_and_escape_closes(opened: Any) -> None:
    page = opened("one").page
    page.click('.cases [data-key="imaging_quality"]')
    rows = page.locator(".cases tbody a").all_inner_texts()
    page.locator(".cases tbody a").first.press("Enter")
    # A link is followed after the key has done its work; keys before that belong to the list.
    page.wait_for_selector("#case-title")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == f"#case={rows[2]}&seed=0"
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#case-title").startswith(rows[1])
    page.keyboard.press("Escape")
    assert not page.locator("#case").is_visible()
    assert page.evaluate("location.hash") == ""
    assert page.evaluate("document.activeElement.textContent") == rows[1]
    assert page.locator("#case video").count() == 0


def test_a_link_opens_its_case_and_the_way_back_closes_it(opened: Any) -> None:
    shown = opened("one")
    page = shown.page
    page.evaluate("location.hash = 'case=case_2&seed=0'")
    page.wait_for_selector("#case-title:has-text('case_2')")
    page.go_back()
    page.wait_for_selector("#case", state="hidden")
    direct = opened("one", f"#case={HOSTILE_CASE}&seed=0").page
    assert HOSTILE in direct.inner_text("#case")
    assert opened("one", "#case=nobody").page.locator("#case").is_visible() is False


def test_a_case_without_a_video_says_why(opened: Any) -> None:
    page = opened("one", f"#case={NO_VIDEO_CASE}&seed=0").page
    assert page.locator("#case video").count() == 0
    assert f"no video: {HOSTILE}" in page.inner_text("#case")
    assert page.locator("#case tr.failed").count() == len(METRICS)


def test_videos_beside_the_page_play_and_have_a_poster(opened: Any) -> None:
    page = opened("linked", "#case=case_4&seed=0").page
    wait_for_video(page)
    assert page.get_attribute("#case video", "src") == "../a/videos/case_4/0.mp4"
    assert page.get_attribute("#case video", "poster").startswith("data:image/webp;base64,")


def test_tables_never_mix_and_runs_can_be_changed(opened: Any) -> None:
    shown = opened("three")
    page = shown.page
    assert len(shown.column("case")) == 2 * NUM_CASES
    page.select_option('[data-filter="run"]', "1")
    assert set(shown.column("run")) == {"second"}
    page.click('.cases a:text-is("case_4")')
    assert page.evaluate("location.hash") == "#case=case_4&seed=0&run=2"
    page.select_option("#case select", "0")
    assert page.inner_text("#case-title").startswith(f"drawn {HOSTILE}"[:20])
    page.keyboard.press("Escape")
    page.select_option('[data-filter="table"]', "1")
    assert set(shown.column("run")) == {"third"}
    third = opened("three", "#case=case_4&seed=0&run=3")
    assert third.page.inner_text("#case-title").startswith("third")
    assert set(third.column("run")) == {"third"}


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(page: Page, selector: str) -> float:
    """Of a text with what is behind it, after WCAG 2."""
    ink, ground = page.evaluate(
        """selector => {
          let one = document.querySelector(selector);
          const ink = getComputedStyle(one).color;
          while (one.parentElement && getComputedStyle(one).backgroundColor === "rgba(0, 0, 0, 0)") {
            one = one.parentElement;
          }
          return [ink, getComputedStyle(one).backgroundColor];
        }""",
        selector,
    )
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_and_can_be_read(opened: Any, scheme: str) -> None:
    page = opened("one", color_scheme=scheme).page
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (_luminance(ground) < 0.1) is (scheme == "dark")
    for selector in (".value", ".interval", ".faint", ".note", ".bad", "nav a", ".cases td", ".cases thead button"):
        assert _contrast(page, selector) >= 4.5, selector


def test_a_button_overrules_the_system(opened: Any) -> None:
    page = opened("one", color_scheme="light").page
    page.click("#theme")
    page.click("#theme")
    assert page.inner_text("#theme") == "Colours: dark"
    assert _luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) < 0.1
    page.reload()
    assert _luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) < 0.1


def test_without_javascript_the_numbers_are_there(opened: Any) -> None:
    page = opened("one", java_script_enabled=False).page
    assert page.locator("table.numbers tbody tr:not(.group)").count() == len(METRICS)
    assert page.locator(".plot svg").count() == len(METRICS)
    assert page.locator("#browser").is_visible() is False
    assert page.locator("#theme").is_visible() is False
    assert "need JavaScript" in page.inner_text("#cases")


def test_a_narrow_window_scrolls_its_tables_and_not_the_page(opened: Any) -> None:
    page = opened("three", "#case=case_4&seed=0&run=1").page
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    assert page.evaluate("document.getElementById('case').scrollWidth <= 400")
    assert page.evaluate("(one => one.scrollWidth > one.clientWidth)(document.querySelector('.wide'))")


def test_tables_say_what_their_cells_are(opened: Any) -> None:
    page = opened("three").page
    assert page.locator("th:not([scope])").count() == 0
    page.click('.cases [data-key="case"]')
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("document.activeElement.dataset.key") == "run"
