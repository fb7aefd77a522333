"""What the signals of a move carry: the parcel, or the words that lie in the job folder."""

from collections.abc import Collection, Mapping

from loguru import logger

from hotfolder.domain.cause import listed_cause
from hotfolder.domain.flow import Flow
from hotfolder.domain.move import Arrival, Fields, Move, MoveKind
from hotfolder.domain.signal import SignalType
from hotfolder.errors import FloorError
from hotfolder.files.folder import small_file
from hotfolder.formats import message_text
from hotfolder.services.parcel import parcel_of
from hotfolder.services.shop import Shop

DELAYED = "production takes longer than planned"


def fields_of(shop: Shop, arrival: Arrival, step: Move, flow: Flow) -> Fields:
    """By type of signal, its fields; looked up only for what the move may say."""
    fields: dict[SignalType, Mapping[str, str]] = {}
    if step.kind is MoveKind.DELAYED:
        fields[SignalType.DELAY] = _delay(shop, arrival, step, flow)
    if step.kind is MoveKind.CANCELED:
        fields[SignalType.CANCELED] = _cancel(shop, arrival, step, flow)
    if any(stage.signal is SignalType.SHIPPED for stage in step.entered):
        fields[SignalType.SHIPPED] = parcel_of(shop, arrival.job, arrival.place).fields()
    return fields


def _delay(shop: Shop, arrival: Arrival, step: Move, flow: Flow) -> Mapping[str, str]:
    words = _words(shop, arrival, message_text.DELAY_NAMES)
    return {"cause": words or flow.delay_cause or DELAYED, "delay": str(step.target.hours)}


def _cancel(shop: Shop, arrival: Arrival, step: Move, flow: Flow) -> Mapping[str, str]:
    words = _words(shop, arrival, message_text.CANCEL_NAMES)
    cause = listed_cause(step.target.cause)
    return {"cause": cause.code, "message": words or flow.cancel_message or cause.words}


def _words(shop: Shop, arrival: Arrival, names: Collection[str]) -> str:
    """Empty when nobody left words; what can not be read never keeps a cancellation back."""
    place = arrival.place
    try:
        found = small_file(shop.floor.job_path(place.stage, place.folder), names)
    except FloorError as error:
        logger.bind(order=arrival.job.order_id, item=arrival.job.item_id).warning("{}", error)
        return ""
    return message_text.read(found.data) if found else ""
