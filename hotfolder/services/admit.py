"""Who may hand in orders through a Production Interface, and in which format."""

from hmac import compare_digest

from hotfolder.domain.sender import is_in, plain_address
from hotfolder.errors import OrderRefused, Problem
from hotfolder.formats.order_reader import Form
from hotfolder.services.shop import Caller, Interface, Shop


def interface_of(shop: Shop, key: str) -> Interface | None:
    """The interface of this key, found in a time that tells nothing about the keys."""
    given = key.encode("utf-8", "replace")
    found = [one for one in shop.interfaces if compare_digest(one.key.encode(), given)]
    return found[0] if found and key else None


def may_post(interface: Interface, caller: Caller | None) -> bool:
    """Whether the sender's network and password are those of the interface.

    None is a person of the shop, who may.
    """
    if caller is None:
        return True
    return _is_near(interface, caller.address) and _has_password(interface, caller)


def asks_basic(shop: Shop) -> bool:
    """Whether any interface wants a name and a password by HTTP Basic."""
    return any(one.password for one in shop.interfaces)


def check_form(interface: Interface, form: Form) -> None:
    """Raises OrderRefused for a format that the interface does not take."""
    if form not in interface.forms:
        what = f"{form} is not taken by this Production Interface"
        hint = f"send {' or '.join(interface.forms)}"
        raise OrderRefused([Problem("document", what, hint)])


def _is_near(interface: Interface, address: str) -> bool:
    return not interface.networks or is_in(plain_address(address), interface.networks)


def _has_password(interface: Interface, caller: Caller) -> bool:
    """Compared in a time that tells nothing about the password."""
    if not interface.password:
        return True
    given = f"{caller.user}:{caller.password}".encode("utf-8", "replace")
    return compare_digest(given, f"{interface.user}:{interface.password}".encode())
