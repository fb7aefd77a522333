"""A certificate that is renewed, or can not be, or ends soon."""

from datetime import datetime, timedelta

from hotfolder.errors import ConfigError, Problem
from hotfolder.services.mind_certificate import CERTIFICATE, CertificateWatch
from hotfolder.services.shop import Shop


class Files:
    """Stands for the files of a certificate."""

    def __init__(self, ends_at: datetime) -> None:
        self.ends_at = ends_at
        self.trouble = ""

    def renew(self) -> bool:
        if self.trouble:
            raise ConfigError([Problem("intake.tls_key", self.trouble)])
        return False


def told(shop: Shop) -> list[str]:
    return [note.words for note in shop.store.notes.all() if note.kind == CERTIFICATE]


def test_a_certificate_that_ends_soon_is_told_until_it_is_renewed(shop: Shop) -> None:
    files = Files(shop.clock.now() + timedelta(days=15))
    watch = CertificateWatch(shop, files)
    watch.look()
    assert told(shop) == []
    files.ends_at = shop.clock.now() + timedelta(days=13)
    watch.look()
    watch.look()
    [words] = told(shop)
    assert words == (
        f"the certificate of the door for orders ends {files.ends_at:%Y-%m-%d %H:%M} UTC: renew it"
    )
    files.ends_at = shop.clock.now() - timedelta(hours=1)
    watch.look()
    assert "has ended" in told(shop)[0]
    files.ends_at = shop.clock.now() + timedelta(days=90)
    watch.look()
    assert told(shop) == []


def test_files_that_can_not_be_used_are_told_when_they_stay_so(shop: Shop) -> None:
    files = Files(shop.clock.now() + timedelta(days=90))
    watch = CertificateWatch(shop, files)
    files.trouble = "it is not the key"
    watch.look()
    assert told(shop) == []  # the other file may just be written
    watch.look()
    watch.look()
    assert told(shop) == ["the renewed certificate is not used: intake.tls_key: it is not the key"]
    files.trouble = ""
    watch.look()
    assert told(shop) == []
