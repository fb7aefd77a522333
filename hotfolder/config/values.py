"""The kinds of value that options take, each with its rule in plain words."""

import re
from ipaddress import ip_network
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo

from hotfolder.config.paths import resolved
from hotfolder.domain.flow import StageKind
from hotfolder.domain.signal import SignalType

STAGE_SIGNALS = (
    SignalType.PRODUCE,
    SignalType.PRODUCED,
    SignalType.PACKED,
    SignalType.SHIPPED,
)
SIDES = {kind.value for kind in StageKind} - {StageKind.WORK.value}


def not_empty(value: Any) -> Any:
    """The value itself. Raises ValueError when it is text without a sign in it."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty")
    return value


def _from_config_folder(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder")
    return path if folder is None else resolved(path, folder)


def _url_parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", value):
        raise ValueError("must be a full address that starts with https:// or http://")
    return parts


def url(value: str) -> str:
    """The address itself. Raises ValueError when it is none, or holds a login."""
    if "@" in _url_parts(value).netloc:
        raise ValueError("must not hold a user name or password")
    return value


def _proxy(value: SecretStr) -> SecretStr:
    _url_parts(value.get_secret_value())
    return value


def _url_path(value: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]*", value):
        raise ValueError("must start with / and hold only letters, digits and . _ ~ - /")
    return value


def _refused_or_unauthorized(value: int) -> int:
    if value not in {400, 401}:
        raise ValueError("must be 401 or 400")
    return value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _stage_key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", value):
        raise ValueError("may hold only a-z, 0-9 and -")
    if value in SIDES:
        raise ValueError("is a stage beside all flows; choose another word")
    return value


def stage_folder(value: str) -> str:
    """The folder in its one spelling. Raises ValueError with the reason when it can not be one."""
    if "\\" in value:
        raise ValueError("must use / between folders")
    if value.startswith(("/", "~")) or re.match(r"[A-Za-z]:", value):
        raise ValueError("must be relative: it starts at the floor")
    parts = [part for part in value.split("/") if part not in {"", "."}]
    if not parts:
        raise ValueError("is empty")
    if ".." in parts:
        raise ValueError("must stay below the floor, without ..")
    if any(part.startswith(".") for part in parts):
        raise ValueError("must not be hidden: no part may start with a dot")
    # Windows clients of a share can not show or open such names
    if any(re.search(r'[\x00-\x1f\x7f<>:"|?*]', part) or part != part.strip() for part in parts):
        raise ValueError('must not hold < > : " | ? * or begin or end with a space')
    if any(part.endswith(".") for part in parts):
        raise ValueError("must not end with a dot")
    return str(PurePosixPath(*parts))


def _stage_signal(value: Any) -> Any:
    allowed = ", ".join(STAGE_SIGNALS)
    if value == SignalType.REGISTERED:
        raise ValueError(f"is sent when an order is taken in; a stage sends one of {allowed}")
    if value in (SignalType.DELAY, SignalType.CANCELED):
        raise ValueError(f"needs a cause that no folder can give; a stage sends one of {allowed}")
    if isinstance(value, str) and value not in STAGE_SIGNALS:
        raise ValueError(f"must be one of {allowed}")
    return value


LocalPath = Annotated[Path, BeforeValidator(not_empty), AfterValidator(_from_config_folder)]
Name = Annotated[str, BeforeValidator(not_empty)]


def _network(value: str) -> str:
    try:
        return str(ip_network(value.strip()))
    except ValueError:
        raise ValueError("must be a network such as 192.0.2.0/24 or 2001:db8::/32") from None


NetworkText = Annotated[str, AfterValidator(_network)]
Parallel = Annotated[int, Field(ge=1, le=16)]
Minutes = Annotated[int, Field(ge=1, le=10080)]
Seconds = Annotated[float, Field(ge=0.1, le=600, allow_inf_nan=False)]
UndoSeconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
IntakePath = Annotated[str, AfterValidator(_url_path)]
Url = Annotated[str, AfterValidator(url)]
Proxy = Annotated[SecretStr, AfterValidator(_proxy)]
UnknownKeyStatus = Annotated[int, AfterValidator(_refused_or_unauthorized)]
LogLevel = Annotated[
    Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
]
StageKey = Annotated[str, AfterValidator(_stage_key)]
StageFolder = Annotated[str, AfterValidator(stage_folder)]
StageSignal = Annotated[SignalType | None, BeforeValidator(_stage_signal)]
