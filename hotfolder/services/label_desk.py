"""What a person does about labels: ask again, accept or refuse a code that is held."""

from collections.abc import Collection
from dataclasses import replace

from hotfolder.domain.action import Action
from hotfolder.domain.label import LabeledParcel, ParcelState, own_words
from hotfolder.errors import NotPossible
from hotfolder.services.gather_parcels import jobs_of_parcel
from hotfolder.services.shop import Shop
from hotfolder.services.take_label import give_to_jobs, has_shipped, take_code_back, write_lines


def accept_label(shop: Shop, parcel_id: int) -> list[str]:
    """The code that is held is the parcel's all the same; what came of it, a sentence a job.

    Raises NotPossible when no code is held.
    """
    now = shop.clock.now()
    with shop.store.transaction():
        parcel = _held(shop, parcel_id)
        jobs = jobs_of_parcel(shop, parcel)
        accepted = replace(
            parcel,
            state=ParcelState.OVERRULED,
            tracking=parcel.offered,
            offered="",
            former=parcel.former | ({parcel.tracking} - {""}),
            answered_at=now,
        )
        shop.store.parcels.keep(accepted)
        detail = {"tracking": parcel.offered, "words": own_words(parcel.words)}
        write_lines(shop, Action.LABEL_ACCEPTED, jobs, detail)
        return give_to_jobs(shop, accepted, jobs)


def refuse_label(shop: Shop, parcel_id: int) -> LabeledParcel:
    """The code that is held counts no more; the parcel stands as before it came.

    Raises NotPossible when no code is held.
    """
    with shop.store.transaction():
        parcel = _held(shop, parcel_id)
        refused = replace(
            parcel,
            state=ParcelState.ANSWERED if parcel.tracking else ParcelState.ASKED,
            offered="",
            former=parcel.former | {parcel.offered},
            words="",
        )
        shop.store.parcels.keep(refused)
        detail = {"tracking": parcel.offered}
        write_lines(shop, Action.LABEL_REFUSED, jobs_of_parcel(shop, parcel), detail)
    return refused


def _held(shop: Shop, parcel_id: int) -> LabeledParcel:
    parcel = shop.store.parcels.get(parcel_id)
    if parcel is None:
        raise NotPossible(f"there is no parcel {parcel_id}; `hotfolder labels` lists them")
    if parcel.state is not ParcelState.HELD or not parcel.offered:
        raise NotPossible(
            f"parcel {parcel_id} has no code that is held; `hotfolder ship` gives one by hand"
        )
    return parcel


def ask_again(shop: Shop, order_id: str, item_id: str) -> list[LabeledParcel]:
    """The parcels of an item, or of all items, are asked for anew; what they had counts no more.

    Raises NotPossible where there is none, it has shipped, or nobody is there to be asked.
    """
    with shop.store.transaction():
        found = shop.store.parcels.of_order(order_id)
        wanted = [parcel for parcel in found if not item_id or item_id in parcel.items]
        if not wanted:
            raise NotPossible(
                f"no label was asked for {' '.join(filter(None, (order_id, item_id)))}: "
                "a job asks when it comes to the stage that has ask_label"
            )
        known = {program.name for program in shop.labels}
        for parcel in wanted:
            if parcel.program not in known:
                raise NotPossible(
                    f"parcel {parcel.reference} is of {parcel.program}, which is no label program"
                    " in the configuration: `hotfolder ship` gives a code by hand"
                )
            jobs = jobs_of_parcel(shop, parcel)
            if any(has_shipped(shop, job) for job in jobs):
                raise NotPossible(f"parcel {parcel.reference} has shipped: nothing is asked again")
            codes = {parcel.tracking, parcel.offered} - {""}
            take_code_back(shop, parcel, jobs)
            shop.store.parcels.keep(_fresh(parcel, codes))
    return wanted


def _fresh(parcel: LabeledParcel, codes: Collection[str]) -> LabeledParcel:
    return replace(
        parcel,
        state=ParcelState.WAITING,
        tracking="",
        offered="",
        former=parcel.former | frozenset(codes),
        asked_at=None,
        expected_by=None,
        answered_at=None,
        words="",
    )
