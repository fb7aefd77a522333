"""What is known of a job's parcel: tracking code and shipping option, and from where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from hotfolder.domain.job import Job, Place
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.folder import small_file
from hotfolder.formats import tracking_file
from hotfolder.services.shop import Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """Empty texts for what is not known; `problem` says why a tracking file was no help."""

    tracking: str = ""
    shipping_option: str = ""
    problem: str = ""

    def fields(self) -> Mapping[str, str]:
        """The fields of ItemShipped."""
        return {"tracking": self.tracking, "shipping_option": self.shipping_option}


def parcel_of(shop: Shop, job: Job, place: Place) -> Parcel:
    """What the tracking file in the job's folder, the store and the order say, in this order.

    A file that changed just now may be half written: it is left for the next look.
    """
    told = tracking_file.Tracking(tracking=job.tracking, shipping_option=job.shipping_option)
    problem = ""
    try:
        found = small_file(shop.floor.job_path(place.stage, place.folder), tracking_file.NAMES)
        if found and found.age >= shop.rules.tracking_quiet_seconds:
            told = tracking_file.read(found.name, found.data)
    except (FloorError, NotUnderstood) as error:
        problem = str(error)
    option = told.shipping_option or job.shipping_option or ordered_method(shop, job)
    return Parcel(tracking=told.tracking, shipping_option=option, problem=problem)


def ordered_method(shop: Shop, job: Job) -> str:
    """The order's shipping method: what was used unless somebody says otherwise."""
    taken = shop.store.orders.get(job.order_id)
    shipping = json.loads(taken.record).get("shipping") if taken else None
    return str((shipping or {}).get("method", ""))
