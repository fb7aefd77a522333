"""The loops that work with other programs of the shop: devices such as RIPs, and label programs."""

from collections.abc import Callable

from hotfolder.domain.device import Device
from hotfolder.loops import REST_SECONDS, Loop
from hotfolder.services.label_work import LabelWork
from hotfolder.services.run_device import DeviceRun, Dispatch
from hotfolder.services.shop import Shop

LABEL_SECONDS = 2.0


def device_loops(shop: Shop, hint: Callable[[str], None]) -> list[Loop]:
    """What gives jobs to devices: a thread for each, as the share of one may hang.

    `hint` says in which stage a job has arrived. Without any device, what those of an earlier
    configuration had is still brought to an end.
    """
    if not (shop.devices or shop.store.handovers.open() or shop.store.own_moves.all()):
        return []
    dispatch = Dispatch(shop, hint)
    return [Loop("dispatch", dispatch.step), *(_device(shop, one) for one in shop.devices)]


def _device(shop: Shop, device: Device) -> Loop:
    def step() -> float:
        return run.step()

    loop = Loop(f"device {device.name}", step)
    run = DeviceRun(shop, device, loop.go_on)
    return loop


def label_loops(shop: Shop) -> list[Loop]:
    """What speaks with label programs; their notes of an earlier run go when none is left."""
    work = LabelWork(shop)

    def step() -> float:
        work.step()
        return LABEL_SECONDS if shop.labels else REST_SECONDS

    return [Loop("labels", step)]
