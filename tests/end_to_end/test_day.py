"""A day of a shop: through the RIP, to the label program and back, closed by the timer, on a list.

Real are the program with all its loops, the store, the floor, Ghostscript and the receiver of the
signals; the clock is turned, and a stand-in plays the label program.
"""

import csv
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.job import END_OF_DAY
from hotfolder.domain.label import ParcelState
from hotfolder.test_center.verdict import doubled, out_of_order
from tests.end_to_end.label_stand_in import LabelStandIn
from tests.end_to_end.running_shop import RunningShop
from tests.end_to_end.turned_shop import TurnedShop, change, shipped_of
from tests.fakes import ManualClock
from tests.label_programs import CODES, PROFILES
from tests.rip import BROKEN, Rip, needs_ghostscript, running_rip
from tests.services.days import turn_to
from tests.test_center_server import RunningTestCenter

pytestmark = pytest.mark.end_to_end

HELD = "no tracking: its label is held, see hotfolder labels"
CLOSE = datetime(2026, 3, 2, 16, tzinfo=UTC)  # five o'clock in Berlin
GOOD = {**CODES, "generic-csv": CODES["ups-worldship-xml"]}
WRONG = {
    "generic-csv": "1Z999AA10123456785",
    "ups-worldship-xml": "1Z999AA10123456785",
    "ups-worldship-csv": "1Z999AA10123456785",
    "dhl-easylog": "3318810026",
    "gls-csv": "1234567",
    "json": "RB123456786GB",
}
PARTS = """\
devices:
  - name: rip
    like: ghostscript
    stage: print
    folder: {rip}
    quiet_seconds: 1
    on_done: produced
labels:
  - name: carrier
    like: {like}
    services: {{"*": standard}}
    options: {{"*": parcel}}
    request: {{folder: labels/in}}
    reply: {{folder: labels/out}}
"""


@pytest.fixture
def turned(shop: RunningShop, clock: ManualClock) -> Iterator[TurnedShop]:
    made = TurnedShop(shop, clock)
    yield made
    made.close()


@pytest.fixture(scope="module")
def rip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rip]:
    with running_rip(tmp_path_factory.mktemp("rip") / "rip") as running:
        yield running


def day_config(turned: TurnedShop, time: str, zone: str) -> None:
    """The shop ships at the end of the day."""
    lines = ("  time: null", f"  time: {time}"), ("zone: null", f"zone: {zone}")
    change(turned.files.config, *lines, ("mode: test", "mode: live"), ("page: a5", "page: none"))
    flow = turned.files.folder / "flows" / "default.yaml"
    change(flow, ("skipped: fill\n", "skipped: fill\nships: end_of_day\n"))


def with_parts(turned: TurnedShop, like: str, rip: Rip) -> LabelStandIn:
    """The shop has a RIP and a label program, and closes at five in Berlin."""
    labels = turned.files.folder / "labels"
    for name in ("in", "out"):
        (labels / name).mkdir(parents=True)
    day_config(turned, "17:00", "Europe/Berlin")
    parts = PARTS.format(rip=rip.folder, like=like)
    change(turned.files.config, ("devices: []\n", ""), ("labels: []\n", parts))
    flow = turned.files.folder / "flows" / "default.yaml"
    change(flow, ("signal: ItemPacked\n", "signal: ItemPacked\n    ask_label: carrier\n"))
    turned.open()
    return LabelStandIn(like, labels / "in", labels / "out")


def labeled(turned: TurnedShop, program: LabelStandIn, codes: dict[str, str]) -> None:
    """The label program has answered, slowly; meanwhile the shop takes nothing half."""
    program.answer(codes)
    while program.writes:
        turned.step()
        program.step()
    decided = (ParcelState.ANSWERED, ParcelState.HELD)
    known = turned.app.shop.store.parcels
    turned.until(
        lambda: set(codes) <= {i for one in known.in_states(decided) for i in one.items}, "answered"
    )


def parcels(turned: TurnedShop) -> dict[str, dict[str, str]]:
    """The parcels by the item in them, as `hotfolder labels` shows them."""
    told = json.loads(turned.command("labels", "--all", "--json"))
    return {one["items"][0]: one for one in told["parcels"]}


def words_of(pdf: Path) -> str:
    """What stands in a PDF, as another program reads it."""
    done = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True
    )
    return " ".join(done.stdout.split())


@needs_ghostscript
@pytest.mark.parametrize("like", PROFILES)
def test_a_day_from_the_rip_to_the_day_list(
    turned: TurnedShop, center: RunningTestCenter, rip: Rip, like: str
) -> None:
    program = with_parts(turned, like, rip)
    first, broken, third = turned.order(center, items=3)
    wrong, reused = turned.order(center, items=2)

    next(turned.folder(broken).glob("*_product.pdf")).write_bytes(BROKEN)
    turned.drag("print", first, broken, third)
    turned.until(lambda: turned.stage_of(broken) == "hold", "the RIP has refused one")
    turned.until(
        lambda: [turned.stage_of(item) for item in (first, third)] == ["produced"] * 2,
        "the RIP has made two",
    )
    assert list((turned.folder(first) / "rip").glob("*.tif"))
    assert "Ghostscript could not render it" in (turned.folder(broken) / "WHY.txt").read_text()

    asking = (first, third, wrong, reused)
    turned.drag("packed", *asking)
    turned.until(lambda: len(program.step()) == 4, "labels are asked for")
    assert sorted(program.asked) == sorted(asking)
    turned.drag("shipped", *asking)
    one, other = GOOD[like]
    labeled(turned, program, {first: one, wrong: WRONG[like]})
    labeled(turned, program, {third: other, reused: one})
    found = parcels(turned)
    assert [found[item]["tracking"] for item in asking] == [one, other, "", ""]
    assert [found[item]["held_code"] for item in (wrong, reused)] == [WRONG[like], one]
    assert "it is the code of parcel" in found[reused]["words"]
    assert [turned.waits_for(item) for item in asking] == [
        *[END_OF_DAY] * 2,
        *["tracking"] * 2,
    ]
    assert shipped_of(center) == []

    turn_to(turned.clock, CLOSE - timedelta(minutes=1))
    turned.step()
    assert shipped_of(center) == []
    turn_to(turned.clock, CLOSE)
    turned.until(lambda: len(shipped_of(center)) == 2, "the day is closed")
    days = turned.files.folder / "days"
    turned.until((days / "2026-03-02.pdf").exists, "the list is there")

    shipped = shipped_of(center)
    assert {signal.item: signal.fields["tracking"] for signal in shipped} == {
        first: one,
        third: other,
    }
    (bundle,) = {signal.bundle for signal in shipped}
    assert bundle is not None
    assert center.refused() == []
    assert doubled(center.accepted()) == out_of_order(center.accepted()) == []

    lines = list(csv.DictReader((days / "2026-03-02.csv").read_text("utf-8-sig").splitlines()))
    told = {line["item"]: line for line in lines}
    assert {item: told[item]["words"] for item in (wrong, reused)} == {
        wrong: HELD,
        reused: HELD,
    }
    assert told[broken]["words"].startswith("held: the device rip could not make")
    assert "Ghostscript could not render it" in told[broken]["words"]
    paper = words_of(days / "2026-03-02.pdf")
    for text in (first, third, one, other, broken, wrong, reused, "no tracking"):
        assert text in paper


# --- clock changes ------------------------------------------------------------------------------

CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
]


@pytest.mark.parametrize(("zone", "changed"), CHANGES)
def test_across_a_clock_change_each_day_is_closed_once(
    shop: RunningShop, center: RunningTestCenter, zone: str, changed: date
) -> None:
    midnight = datetime(changed.year, changed.month, changed.day, tzinfo=ZoneInfo(zone))
    turned = TurnedShop(shop, ManualClock((midnight - timedelta(hours=12)).astimezone(UTC)))
    day_config(turned, "02:30", zone)  # a time that one day leaves out and the other has twice
    change(shop.config, ("[mon, tue, wed, thu, fri]", "[sat, sun, mon]"))
    turned.open()
    try:
        (item,) = turned.order(center, items=1)
        turned.drag("shipped", item)
        turned.command("ship", "--tracking", "JD0001112223", item[:-4] + "0000", item)
        turned.until(lambda: len(center.accepted()) == 4, "it is packed")
        assert turned.waits_for(item) == END_OF_DAY
        for _ in range(4 * 48):
            turned.step("day", "cloudsignal-1", seconds=900)

        days = [changed, changed + timedelta(days=1)]
        assert closed(turned) == [(day.isoformat(), 1, 0) for day in days]
        turned.step("day-lists")
        names = sorted(path.name for path in (shop.folder / "days").glob("*.csv"))
        assert names == [f"{day}.csv" for day in days]
        assert len(shipped_of(center)) == 1
    finally:
        turned.close()


def closed(turned: TurnedShop) -> list[tuple[str, int, int]]:
    rows = turned.files.rows("SELECT date, times, late FROM day ORDER BY date")
    return [(str(day), int(times), int(late)) for day, times, late in rows]
