"""The options of the two doors."""

from pathlib import Path

import pytest

from hotfolder.config.write import Choices, config_text
from tests.config.checking import GOOD, checked, only_problem

INTAKE = "intake:\n"


def test_the_usual_doors_are_for_this_machine_alone() -> None:
    config = checked(GOOD)
    assert (config.house.host, config.house.port) == ("127.0.0.1", 8081)
    assert config.intake.tls_certificate is None
    assert config.intake.proxies == ()
    assert config.intake.address(8080) == "http://127.0.0.1:8080/orders"
    assert config.house.address(8081) == "http://127.0.0.1:8081"


def test_the_addresses_tell_how_to_reach_them() -> None:
    more = "  host: '::'\n  tls_certificate: a.pem\n  tls_key: /keys/a.key\n"
    intake = checked(GOOD.replace(INTAKE, INTAKE + more)).intake
    assert intake.tls_certificate == Path("/shop/a.pem")
    assert intake.tls_key == Path("/keys/a.key")
    assert intake.address(8443) == "https://[::]:8443/orders"


@pytest.mark.parametrize(
    ("given", "other"), [("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")]
)
def test_a_certificate_needs_its_key(given: str, other: str) -> None:
    problem = only_problem(GOOD.replace(INTAKE, f"{INTAKE}  {given}: a.pem\n"))
    assert problem.where == f"config.yaml:2 intake.{given}"
    assert problem.what == f"has no {other} with it"
    assert problem.hint == f"name {other} as well, or leave both out for HTTP"


def test_a_proxy_is_named_by_its_network() -> None:
    proxies = checked(
        GOOD.replace(INTAKE, INTAKE + "  proxies: [10.0.0.1, '::1']\n")
    ).intake.proxies
    assert proxies == ("10.0.0.1/32", "::1/128")
    problem = only_problem(GOOD.replace(INTAKE, INTAKE + "  proxies: [proxy.example]\n"))
    assert problem.where == "config.yaml:2 intake.proxies[0]"


@pytest.mark.parametrize(
    ("port", "given", "house"),
    [(8080, None, 8081), (9000, None, 9001), (0, None, 0), (65535, None, 0), (9000, 7000, 7000)],
)
def test_a_new_shop_has_its_house_door_beside_that_for_orders(
    port: int, given: int | None, house: int
) -> None:
    text = config_text(
        Choices(
            shop_name="shop",
            floor_id="1",
            order_key="a",
            signal_key="b",
            mode="live",
            port=port,
            house_port=given,
        )
    )
    config = checked(text)
    assert (config.intake.port, config.house.port) == (port, house)
