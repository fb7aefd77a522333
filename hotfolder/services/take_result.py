"""What a device left is looked at, judged, and put where it belongs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.device import (
    SEEN,
    By,
    Device,
    Evidence,
    Gives,
    Left,
    ResultGoes,
    Strangers,
    Verdict,
    is_log,
    is_sign,
    log_path,
    may_be_empty,
    verdict,
)
from hotfolder.domain.handover import (
    AWAY,
    ENDED,
    Handover,
    HandoverState,
    numbers_in,
    stands,
)
from hotfolder.errors import FloorError
from hotfolder.files.device_folder import Lookout, last_lines, names_in, seat_of, small_text
from hotfolder.files.handing import set_aside
from hotfolder.formats.device_words import bounded, is_readable, status_of, words_in
from hotfolder.services.close_visit import close_visit
from hotfolder.services.hand_over import names_given, tidy_input, write_line
from hotfolder.services.put_result import put_result
from hotfolder.services.shop import Shop

GoOn = Callable[[], None]
SILENT = "it gave no reason"
NOBODYS = (
    "Nothing is known here of a job that this belongs to, so nothing was done with it: its name"
    " holds no number that Hotfolder gave to a file of this device."
)
WITHDRAWN = (
    "This was made of {name}, for item {item} of order {order}. The job was taken away from the"
    " device before it was done, so the result was not put into the job folder."
)
NO_FOLDER = (
    "This was made of {name}, for item {item} of order {order}. The job folder is not on the floor"
    " any more."
)


@dataclass(slots=True)
class _Seen:
    """One look at the folders of a device: by handover what lies there, and what is of none."""

    seat: str
    inside: set[int]
    left: dict[int, list[Path]] = field(default_factory=dict)
    strangers: list[Path] = field(default_factory=list)
    lines: dict[str, Sequence[str]] = field(default_factory=dict)


class Results:
    """Looks after what one device leaves. What it remembers may be lost at any time."""

    def __init__(self, shop: Shop, device: Device, go_on: GoOn) -> None:
        self._shop = shop
        self._device = device
        self._go_on = go_on
        self._lookout = Lookout(device.quiet_seconds)
        self._closed: set[int] = set()
        self._own = {device.input, device.archive, *device.result_folders()}

    def look(self) -> dict[str, str]:
        """One look, with all that follows from it. What went wrong, by what it is about, in words.

        Raises FloorError when the folders of the device can not be used.
        """
        wrong: dict[str, str] = {}
        shop, device = self._shop, self._device
        away = {one.id: one for one in shop.store.handovers.open_at(device.name)}
        seen = self._see({number for number, one in away.items() if one.state in AWAY})
        for handover in away.values():
            if handover.state in AWAY:
                self._each(wrong, handover.name, partial(self._judge, handover, seen))
        for handover in shop.store.handovers.results_due(device.name):
            self._each(wrong, handover.name, partial(self._put_away, handover, seen))
        for number in seen.left.keys() - away.keys() - self._closed:
            self._each(wrong, str(seen.left[number][0]), partial(self._late, number, seen))
        for path in seen.strangers:
            self._each(wrong, str(path), partial(self._aside, path, NOBODYS))
        return wrong

    def _each(self, wrong: dict[str, str], name: str, work: Callable[[], None]) -> None:
        """What goes wrong with one never blocks the others."""
        try:
            work()
        except FloorError as error:
            wrong[name] = str(error)

    def _see(self, awaited: set[int]) -> _Seen:
        device, now = self._device, self._shop.clock.monotonic()
        inbox = Path(device.input)
        tickets = ".json" if device.gives is Gives.PDF_AND_TICKET else "\0"  # they may stay
        names = [name for name in names_in(inbox) if not name.lower().endswith(tickets)]
        inside = {number for name in names for number in numbers_in(name)}
        seen = _Seen(seat=seat_of(inbox), inside=inside)
        if any(clue.by in SEEN and clue.folder == device.input for clue in device.clues):
            self._see_signs(inbox, seen, now)
        for folder in map(Path, device.result_folders()):
            for name in self._lookout.look(folder, now, self._skips(folder)):
                numbers = numbers_in(name)
                if numbers:
                    seen.left.setdefault(numbers[0], []).append(folder / name)
                elif device.strangers is Strangers.ASIDE:
                    seen.strangers.append(folder / name)
        if awaited:
            for clue in device.clues:
                if clue.by is By.LOG and log_path(clue) not in seen.lines:
                    seen.lines[log_path(clue)] = last_lines(Path(log_path(clue)))
        return seen

    def _see_signs(self, inbox: Path, seen: _Seen, now: float) -> None:
        """What the device leaves in its input itself; what was given, and others, are not."""
        for name in self._lookout.look(inbox, now, self._skips(inbox)):
            numbers = numbers_in(name)
            handover = self._shop.store.handovers.get(numbers[0]) if numbers else None
            if handover and name not in names_given(self._device, handover):
                if not is_sign(self._device, handover, str(inbox), name):
                    continue
                seen.left.setdefault(handover.id, []).append(inbox / name)

    def _skips(self, folder: Path) -> Callable[[str], bool]:
        """Logs, and folders of the device that lie in one another."""

        def skip(name: str) -> bool:
            path = folder / name
            below = any(Path(own).is_relative_to(path) for own in self._own)
            return below or is_log(self._device, str(folder), name)

        return skip

    def _is_settled(self, path: Path) -> bool:
        lenient = may_be_empty(self._device, str(path.parent), path.name)
        now = self._shop.clock.monotonic()
        return self._lookout.is_settled(path, now, lenient=lenient)

    def _is_at_rest(self, path: Path) -> bool:
        """Whole; or not, but nobody writes it: for what no job waits for."""
        if self._is_settled(path):
            return True
        return self._lookout.is_left(path, self._shop.clock.monotonic(), self._device.limit)

    def _judge(self, handover: Handover, seen: _Seen) -> None:
        found = verdict(self._device, handover, self._evidence(handover, seen))
        if found is None:
            self._tell_half(handover, seen.left.get(handover.id, []))
            return
        shop, now = self._shop, self._shop.clock.now()
        left = seen.left.get(handover.id, [])
        ended = found.state in ENDED
        words = self._words(found, left) if found.state is HandoverState.FAILED else ""
        due = ended and bool(left) and self._device.result is not ResultGoes.LEAVE
        with shop.store.transaction():
            job = shop.store.jobs.get(handover.job_id)
            if not stands(job, handover, self._device.stage):
                return  # it is taken back
            if not shop.store.handovers.change(handover, found.state, now, words, results_due=due):
                return
            if ended:
                is_done = found.state is HandoverState.DONE
                action = Action.DEVICE_DONE if is_done else Action.DEVICE_FAILED
                write_line(shop, handover, action, words)
                close_visit(shop, replace(handover, state=found.state, words=words))
        if ended:
            self._lookout.forget(handover.name)
            tidy_input(self._device, handover)
            self._log_end(found.state, handover.name, words)
        if due:
            self._put_away(replace(handover, state=found.state, words=words), seen)

    def _log_end(self, state: HandoverState, name: str, words: str) -> None:
        told = logger.bind(device=self._device.name)
        if state is HandoverState.FAILED:
            told.warning("the device failed with {}: {}", name, words)
        else:
            told.info("the device is done with {}", name)

    def _evidence(self, handover: Handover, seen: _Seen) -> Evidence:
        is_inside = handover.id in seen.inside or seen.seat != handover.seat
        now = self._shop.clock.monotonic()
        return Evidence(
            gone=self._lookout.is_gone(handover.name, seen=is_inside, now=now),
            left=tuple(self._left(path) for path in seen.left.get(handover.id, [])),
            lines=seen.lines,
        )

    def _left(self, path: Path) -> Left:
        settled = self._is_settled(path)
        asks = any(one.by is By.TICKET for one in self._device.clues)
        status = status_of(small_text(path)) if asks and settled else ""
        return Left(folder=str(path.parent), name=path.name, settled=settled, status=status)

    def _words(self, found: Verdict, left: Sequence[Path]) -> str:
        """Those of the device: in the log or the ticket, or else in what it left."""
        if found.words:
            is_status = found.clue is not None and found.clue.by is By.TICKET
            return bounded(f"its ticket says {found.words}" if is_status else found.words)
        for path in sorted(left, key=lambda one: one.suffix.lower() not in (".txt", ".log")):
            words = words_in(path.name, small_text(path)) if is_readable(path.name) else ""
            if words:
                return words
        return SILENT

    def _put_away(self, handover: Handover, seen: _Seen) -> None:
        """The results of a handover that has ended go where they belong, then its job goes on."""
        left = seen.left.get(handover.id, [])
        if not all(self._is_settled(path) for path in left):
            self._tell_half(handover, left)
            return
        for path in left:
            self._bring(path, handover)
        seen.left.pop(handover.id, None)
        shop = self._shop
        with shop.store.transaction():
            shop.store.handovers.put_away(handover)
            close_visit(shop, replace(handover, results_due=False))

    def _tell_half(self, handover: Handover, left: Sequence[Path]) -> None:
        """Raises FloorError for what is not whole though the device has had its time."""
        is_over = self._shop.clock.now() - handover.since > self._device.limit
        for path in left if is_over else ():
            if not self._is_settled(path):
                raise FloorError(
                    f"its result {path} is empty, not whole, or still being written: look at the"
                    " device; what is no result has to be taken out of there"
                )

    def _late(self, number: int, seen: _Seen) -> None:
        """Something of a handover that nobody waits for any more."""
        handover = self._shop.store.handovers.get(number)
        left = seen.left.get(number, [])
        if handover is None:
            for path in left:
                self._aside(path, NOBODYS)
            return
        if handover.device != self._device.name or handover.results_due:
            return  # another device looks into the same folder; or it is put away at the next look
        goes_back = handover.state in ENDED and self._device.result is not ResultGoes.LEAVE
        if handover.state in ENDED and not goes_back:
            self._closed.add(number)  # it stays there, and there may be thousands of them
        for path in left:
            if goes_back and self._is_at_rest(path):
                self._bring(path, handover)
            elif handover.state is HandoverState.WITHDRAWN:
                self._aside(path, self._about(WITHDRAWN, handover))

    def _bring(self, path: Path, handover: Handover) -> None:
        if not put_result(self._shop, self._device, handover, path, self._go_on):
            self._aside(path, self._about(NO_FOLDER, handover))

    def _about(self, text: str, handover: Handover) -> str:
        job = self._shop.store.jobs.get(handover.job_id)
        order, item = (job.order_id, job.item_id) if job else ("", "")
        return text.format(name=handover.name, order=order, item=item)

    def _aside(self, path: Path, why: str) -> None:
        if self._device.strangers is Strangers.ASIDE and self._is_at_rest(path):
            there = set_aside(path, why, self._go_on)
            logger.bind(device=self._device.name).warning("set aside: {}", there)
