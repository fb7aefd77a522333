"""The real daemon with the RIP that we ship: rendered, failed, too slow, and killed on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running_shop import ORDER_KEY, RunningShop
from tests.rip import BROKEN, Rip, endless_pdf, needs_ghostscript, running_rip
from tests.steps import EXAMPLES
from tests.test_center_server import RunningTestCenter
from tests.waiting import wait_until

pytestmark = [needs_ghostscript, pytest.mark.end_to_end]

SECONDS = 40.0
DEVICE = """\
devices:
  - name: rip
    like: ghostscript
    stage: print
    folder: {folder}
    quiet_seconds: 0.2
    limit_minutes: {limit}
    on_done: produced
"""


def with_device(shop: RunningShop, folder: Path, limit: float = 30) -> None:
    text = shop.config.read_text().replace(
        "devices: []\n", DEVICE.format(folder=folder, limit=limit)
    )
    shop.config.write_text(text)


@pytest.fixture
def rip(tmp_path: Path) -> Iterator[Rip]:
    with running_rip(tmp_path / "rip", "--minutes", "0.1") as running:
        yield running


def jobs_in_new(shop: RunningShop, center: RunningTestCenter, count: int) -> list[Path]:
    pushed = center.push(count, order_url=shop.order_url, order_key=ORDER_KEY, kind="poster")
    assert [one.status for one in pushed] == [200] * count
    wait_until(
        lambda: len(shop.jobs_in("new")) == count, SECONDS, "the jobs are in the first stage"
    )
    return shop.jobs_in("new")


def product(folder: Path) -> Path:
    [found] = folder.glob("*_product.pdf")
    return found


def hold(shop: RunningShop) -> Path:
    return shop.folder / "floor" / "90-hold"


def test_good_is_rendered_and_goes_on_broken_and_endless_are_held_with_the_words_of_the_rip(
    shop: RunningShop, center: RunningTestCenter, rip: Rip
) -> None:
    with_device(shop, rip.folder)
    assert shop.command("check").returncode == 0
    shop.start()
    good, broken, endless = jobs_in_new(shop, center, 3)
    product(good).write_bytes((EXAMPLES / "files" / "textbook-a5-book.pdf").read_bytes())
    product(broken).write_bytes(BROKEN)
    product(endless).write_bytes(endless_pdf())
    for folder in (good, broken, endless):
        shop.drag(folder, "print")

    wait_until(
        lambda: (
            [one.name for one in shop.jobs_in("produced")] == [good.name]
            and shop.rows("SELECT count(*) FROM job WHERE stage = 'hold'") == [(2,)]
        ),
        SECONDS,
        "each job is where it belongs",
    )
    [result] = (shop.stage("produced") / good.name / "rip").iterdir()
    assert result.suffix == ".tif"
    assert result.read_bytes()[:2] in (b"II", b"MM")
    why = (hold(shop) / broken.name / "WHY.txt").read_text()
    assert "The device rip says" in why
    assert "Ghostscript could not render it" in why
    assert "longer than 0.1 minutes" in (hold(shop) / endless.name / "WHY.txt").read_text()
    reasons = [row for (row,) in shop.rows("SELECT reason FROM job WHERE stage = 'hold'")]
    assert all("the device rip could not make" in reason for reason in reasons)
    center.wait_for(
        lambda accepted: [one.type for one in accepted].count("ItemProduced") == 1, SECONDS
    )
    assert (rip.names("input"), rip.names("done"), rip.names("error")) == ([], [], [])
    told = shop.ask("devices")
    assert [(one["name"], one["given"], one["waiting"]) for one in told["devices"]] == [
        ("rip", 0, 0)
    ]


def test_killed_in_the_middle_of_the_hand_over_the_file_is_given_once_and_whole(
    shop: RunningShop, center: RunningTestCenter, tmp_path: Path
) -> None:
    folder = tmp_path / "press"
    for name in ("input", "done", "error"):
        (folder / name).mkdir(parents=True)
    with_device(shop, folder)
    shop.start()
    [job] = jobs_in_new(shop, center, 1)
    size = 200 * 1024 * 1024
    with product(job).open("r+b") as large:
        large.truncate(size)
    shop.drag(job, "print")
    hatch = folder / ".hotfolder"
    given = folder / "input"

    def half() -> bool:
        found = [path.stat().st_size for path in hatch.rglob("*.pdf")] if hatch.is_dir() else []
        return 0 < sum(found) < size or bool(list(given.iterdir()))

    for _ in range(2):
        wait_until(half, SECONDS, "it is being copied")
        assert list(given.iterdir()) == []
        shop.kill()
        assert list(given.iterdir()) == []
        shop.start()
    wait_until(lambda: list(given.iterdir()), SECONDS, "it is given")
    [one] = given.iterdir()
    assert one.stat().st_size == size
    wait_until(
        lambda: shop.rows("SELECT state FROM handover") == [("given",)], SECONDS, "it is known"
    )
    shop.kill()
    one.unlink()  # the device takes it while nobody looks
    shop.start()
    wait_until(
        lambda: shop.rows("SELECT state FROM handover") == [("taken",)], SECONDS, "it was taken"
    )
    assert list(given.iterdir()) == []
    assert [path for path in hatch.rglob("*") if path.is_file()] == []
