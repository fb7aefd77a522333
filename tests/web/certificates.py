"""Certificates for this machine, made by openssl as an admin would make or renew them."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A certificate, which vouches for itself, and its key."""

    certificate: Path
    key: Path

    def put_at(self, other: "Pair") -> None:
        """Take the place of another pair, as a program that renews certificates does."""
        for new, old in ((self.certificate, other.certificate), (self.key, other.key)):
            beside = old.with_suffix(".new")
            beside.write_bytes(new.read_bytes())
            beside.replace(old)


def make_pair(folder: Path, name: str, days: int = 90, password: str = "") -> Pair:
    """A new certificate for 127.0.0.1 whose subject is `name`."""
    pair = Pair(certificate=folder / f"{name}.pem", key=folder / f"{name}.key")
    protect = ["-passout", f"pass:{password}"] if password else ["-noenc"]
    call = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    call += ["-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", *protect]
    call += ["-days", str(days), "-out", str(pair.certificate), "-keyout", str(pair.key)]
    subprocess.run(call, check=True, capture_output=True, timeout=20)
    return pair
