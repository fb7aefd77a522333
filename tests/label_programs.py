"""A shop's label programs for tests, and a stand-in that answers as each of them would."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from hotfolder.config.check import check_config
from hotfolder.config.load import parse_document
from hotfolder.domain.label_form import LabelProgram
from tests.config.checking import GOOD

PROFILES = [
    "generic-csv",
    "ups-worldship-xml",
    "ups-worldship-csv",
    "dhl-easylog",
    "gls-csv",
    "json",
]
UPS_SPACE = "{x-schema:OpenShipments.xdr}"


def a_label_program(folder: Path, like: str = "generic-csv", **changes: Any) -> LabelProgram:
    """A label program as its ready profile makes it, with folders that are there."""
    for name in ("in", "out"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    entry = (
        f"labels:\n  - name: labels\n    like: {like}\n"
        f"    request: {{folder: {folder}/in}}\n    reply: {{folder: {folder}/out}}\n"
    )
    config, problems = check_config(parse_document(GOOD + entry, "config.yaml"), folder, {})
    assert not problems
    assert config is not None
    return replace(config.labels[0].program(), **changes)


Answer = Mapping[str, str]  # tracking code by reference


def _csv(columns: list[str], delimiter: str) -> Callable[[Answer], bytes]:
    def write(answer: Answer) -> bytes:
        rows = [columns] if columns else []
        rows += [[reference, code] for reference, code in answer.items()]
        return "".join(delimiter.join(row) + "\r\n" for row in rows).encode("cp1252")

    return write


def _worldship_xml(answer: Answer) -> bytes:
    shipments = "".join(
        '<OpenShipment ShipmentOption="" ProcessStatus="Processed"><ShipmentInformation>'
        f"<ServiceType>Standard</ServiceType><Reference1>{reference}</Reference1>"
        "</ShipmentInformation><ProcessMessage><TrackingNumbers>"
        f"<TrackingNumber>{code}</TrackingNumber></TrackingNumbers></ProcessMessage></OpenShipment>"
        for reference, code in answer.items()
    )
    head = '<?xml version="1.0" encoding="windows-1252"?>'
    body = f'<OpenShipments xmlns="x-schema:OpenShipments.xdr">{shipments}</OpenShipments>'
    return f"{head}\r\n{body}\r\n".encode("cp1252")


def _worldship_csv(answer: Answer) -> bytes:
    lines = ['"OrderNumber","TrackingNumber","ServiceType","VoidIndicator"']
    lines += [f'"{reference}","{code}","Standard","N"' for reference, code in answer.items()]
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252")


def _dhl(answer: Answer) -> bytes:
    lines = [f"{reference}|{code}|02.03.2026" for reference, code in answer.items()]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def _json(answer: Answer) -> bytes:
    rows = [{"reference": reference, "tracking": code} for reference, code in answer.items()]
    return json.dumps(rows[0] if len(rows) == 1 else rows).encode()


REPLIES: Mapping[str, tuple[str, Callable[[Answer], bytes]]] = {
    "generic-csv": ("labels.csv", _csv(["reference", "tracking"], ",")),
    "ups-worldship-xml": ("labels.out", _worldship_xml),
    "ups-worldship-csv": ("export.csv", _worldship_csv),
    "dhl-easylog": ("return.csv", _dhl),
    "gls-csv": ("gls.csv", _csv([], ";")),
    "json": ("labels.json", _json),
}
CODES = {
    "generic-csv": ("JD0001112223", "JD0001112224"),
    "ups-worldship-xml": ("1Z999AA10123456784", "1Z5R89390357567127"),
    "ups-worldship-csv": ("1Z999AA10123456784", "1Z5R89390357567127"),
    "dhl-easylog": ("00340434292135100186", "3318810025"),
    "gls-csv": ("12345678901", "12345678902"),
    "json": ("RB123456785GB", "RR473124829GB"),
}


def reference_in(like: str, request: bytes) -> str:
    """What a label program of this kind would read as the reference of a request."""
    if like == "json":
        return str(json.loads(request)["reference"])
    if like == "ups-worldship-xml":
        path = f"{UPS_SPACE}OpenShipment/{UPS_SPACE}ShipmentInformation/{UPS_SPACE}Reference1"
        return ET.fromstring(request).findtext(path) or ""
    sign = {"ups-worldship-csv": ",", "dhl-easylog": "|"}.get(like, ";")
    return list(csv.reader(request.decode("latin-1").splitlines(), delimiter=sign))[-1][0]
