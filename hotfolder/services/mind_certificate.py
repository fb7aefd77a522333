"""A certificate that was renewed is used; one that can not be, or that ends soon, is told."""

from datetime import datetime, timedelta
from typing import Protocol

from loguru import logger

from hotfolder.errors import ConfigError
from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

CERTIFICATE = "certificate"
SOON = timedelta(days=14)  # who renews by a program does so 30 days before


class Renewable(Protocol):
    """A certificate in files."""

    @property
    def ends_at(self) -> datetime: ...

    def renew(self) -> bool:
        """Whether other files are used now. Raises ConfigError when they can not be."""


class CertificateWatch:
    """Looks at the certificate's files; the status tells what is wrong with them."""

    def __init__(self, shop: Shop, certificate: Renewable) -> None:
        self._shop = shop
        self._certificate = certificate
        self._trouble = ""

    def look(self) -> None:
        """What can not be used is told when found so twice: two files are never new at once."""
        before = self._trouble
        try:
            renewed = self._certificate.renew()
            self._trouble = ""
        except ConfigError as error:
            renewed = False
            self._trouble = f"the renewed certificate is not used: {error}"
        if renewed:
            ends = self._certificate.ends_at
            logger.info("the renewed certificate is used; it ends {:%Y-%m-%d}", ends)
        if not self._trouble or self._trouble == before:
            self._note(self._trouble or self._ending())

    def _ending(self) -> str:
        ends, now = self._certificate.ends_at, self._shop.clock.now()
        if ends - now > SOON:
            return ""
        word = "ends" if ends > now else "has ended"
        return f"the certificate of the door for orders {word} {ends:%Y-%m-%d %H:%M} UTC: renew it"

    def _note(self, words: str) -> None:
        notes = self._shop.store.notes
        told = [note.words for note in notes.all() if note.kind == CERTIFICATE]
        if told == ([words] if words else []):
            return
        if words:
            logger.error(words)
        with self._shop.store.transaction():
            notes.remove("", CERTIFICATE, CERTIFICATE)
            if words:
                now = self._shop.clock.now()
                notes.add(
                    Note(stage="", name=CERTIFICATE, kind=CERTIFICATE, since=now, words=words)
                )
