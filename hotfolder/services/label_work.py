"""One round of all work with label programs: ask, read replies, tell."""

from hotfolder.services.ask_label import ask_labels
from hotfolder.services.mind_parcels import LabelNotes, settle_parcels
from hotfolder.services.read_replies import Replies
from hotfolder.services.shop import Shop


class LabelWork:
    """Works in a thread of its own: a label program's share that hangs keeps nobody else up."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._replies = Replies(shop)
        self._notes = LabelNotes(shop)

    def step(self) -> None:
        """One round. What can not be done now is done by a later one."""
        asking = ask_labels(self._shop)
        replies = self._replies.step()
        settle_parcels(self._shop)
        self._notes.show(asking, replies)
