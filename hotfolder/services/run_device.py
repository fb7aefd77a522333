"""One device after the other is looked after, each by a loop of its own: a share may hang."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hotfolder.domain.action import Action
from hotfolder.domain.device import Device
from hotfolder.domain.handover import AWAY, Handover, HandoverState, stands
from hotfolder.domain.settle import DROP_LOOKS
from hotfolder.errors import FloorError
from hotfolder.files.device_folder import seat_of
from hotfolder.formats.signal_line import moment
from hotfolder.services.close_visit import close_visit
from hotfolder.services.device_notes import Told
from hotfolder.services.hand_over import hand_over, share_jobs, write_line
from hotfolder.services.own_moves import make_own_moves
from hotfolder.services.shop import Shop
from hotfolder.services.take_result import Results

BUSY_SECONDS = 1.0
IDLE_SECONDS = 3.0
AWAY_SECONDS = 10.0  # until a device is tried again whose folders can not be used
AGAIN = ". It is tried again by itself: is its folder mounted?"
GONE_DEVICE = "is with the device {}, which is not configured any more: hotfolder devices again {}"


class Dispatch:
    """Shares out the jobs of all stages with devices, and makes the moves that follow."""

    def __init__(self, shop: Shop, hint: Callable[[str], None]) -> None:
        """`hint` is told which stage a job folder was moved to."""
        self._shop = shop
        self._hint = hint
        self._told = Told(shop)
        self._names = {device.name for device in shop.devices}

    def step(self) -> float:
        """Seconds until the next one."""
        wrong: dict[str, str] = {}
        for stage in dict.fromkeys(device.stage for device in self._shop.devices):
            wrong |= share_jobs(self._shop, stage)
        wrong |= make_own_moves(self._shop, self._hint)
        wrong |= self._of_no_device()
        self._told.show(wrong)
        return BUSY_SECONDS

    def _of_no_device(self) -> dict[str, str]:
        """What is with devices that are not configured any more; withdrawn when its job leaves."""
        shop, wrong = self._shop, {}
        for handover in shop.store.handovers.open():
            if handover.device in self._names:
                continue
            job = shop.store.jobs.get(handover.job_id)
            stage = job.place.stage if job and job.place else ""
            if job and handover.state in AWAY and stands(job, handover, stage):
                name = f"{job.order_id} {job.item_id}"
                wrong[name] = GONE_DEVICE.format(handover.device, name)
                continue
            with shop.store.transaction():
                shop.store.handovers.change(handover, HandoverState.WITHDRAWN, shop.clock.now())
        return wrong


class DeviceRun:
    """Gives to one device and takes from it."""

    def __init__(self, shop: Shop, device: Device, go_on: Callable[[], None]) -> None:
        """`go_on` is called while much is copied; what it raises ends the step."""
        self._shop = shop
        self._device = device
        self._go_on = go_on
        self._results = Results(shop, device, go_on)
        self._told = Told(shop, device.name)

    def step(self) -> float:
        """Seconds until the next one."""
        handovers = self._shop.store.handovers.open_at(self._device.name)
        wrong = self._overdue(handovers)
        try:
            seat_of(Path(self._device.input))  # before all that needs it, that it is told once
            for handover in handovers:
                if handover.state not in AWAY or not self._is_awaited(handover):
                    wrong |= self._hand_over(handover)
            wrong |= self._results.look()
        except FloorError as error:
            self._told.show(
                wrong | {self._device.name: f"the device can not be used: {error}{AGAIN}"}
            )
            return AWAY_SECONDS
        self._told.show(wrong)
        return self._pause(busy=bool(handovers))

    def _pause(self, *, busy: bool) -> float:
        soon = self._device.quiet_seconds / DROP_LOOKS
        return min(BUSY_SECONDS, max(soon, 0.1)) if busy else IDLE_SECONDS

    def _is_awaited(self, handover: Handover) -> bool:
        job = self._shop.store.jobs.get(handover.job_id)
        return stands(job, handover, self._device.stage)

    def _hand_over(self, handover: Handover) -> dict[str, str]:
        """What is wrong with it, if anything: it never blocks the others."""
        self._go_on()
        try:
            words = hand_over(self._shop, self._device, handover, self._go_on)
        except FloorError as error:
            return {handover.name: str(error)}
        if words:
            self._fail(handover, words)
        return {}

    def _fail(self, handover: Handover, words: str) -> None:
        shop = self._shop
        with shop.store.transaction():
            if shop.store.handovers.change(handover, HandoverState.FAILED, shop.clock.now(), words):
                write_line(shop, handover, Action.DEVICE_FAILED, words)
                close_visit(shop, handover)

    def _overdue(self, handovers: list[Handover]) -> dict[str, str]:
        now = self._shop.clock.now()
        return {one.name: self._late_words(one) for one in handovers if is_overdue(one, now)}

    def _late_words(self, handover: Handover) -> str:
        job = self._shop.store.jobs.get(handover.job_id)
        name = f"{job.order_id} {job.item_id}" if job else ""
        minutes = self._device.limit.total_seconds() / 60
        return (
            f"the device {self._device.name} has it since {moment(handover.given_at)}, longer than"
            f" {minutes:g} minutes: look at the device, or hotfolder devices again {name}"
        )


def is_overdue(handover: Handover, now: datetime) -> bool:
    """True for what a device has longer than it may."""
    limit = handover.is_overdue_at
    return limit is not None and now >= limit
