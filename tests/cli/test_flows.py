"""hotfolder flows: check, draw and explain."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import make_order
from tests.cli.conftest import ORDER_KEY, Call
from tests.steps import FILE_SERVER, order_in

POSTERS = (
    "name: posters\ntakes: {product: poster_*}\n"
    "stages: [{key: new, folder: 10-new}, {key: cut, folder: 25-cut}]\n"
)


@pytest.fixture
def posters(config: Path) -> Path:
    path = config.with_name("flows") / "posters.yaml"
    path.write_text(POSTERS)
    return path


@pytest.mark.usefixtures("posters")
def test_good_flows_are_listed_as_they_are_asked(call: Call, config: Path) -> None:
    done = call("flows", "check", "--config", config)
    assert done.code == 0
    assert "1      posters  product poster_*  new > cut" in done.out
    assert "2 flow(s) are fine" in done.out

    posters, default = call("flows", "check", "--json", "--config", config).data["flows"]
    assert (posters["name"], posters["takes"]) == ("posters", "product poster_*")
    assert default["stages"][1] == {
        "key": "print",
        "folder": "20-print",
        "signal": "ItemProduce",
        "undo_seconds": 20.0,
        "skipped": "fill",
    }


def test_mistakes_in_flows_are_told_whatever_else_is_wrong_with_the_configuration(
    call: Call, config: Path, posters: Path
) -> None:
    posters.write_text(POSTERS.replace("product", "products"))
    config.write_text(config.read_text().replace("port: 0", "port: none"))
    done = call("flows", "check", "--config", config)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "flows/posters.yaml:2 takes[0].products: is not known here\n    did you mean product?\n"
    )

    told = call("flows", "check", "--json", "--config", config)
    assert told.code == 2
    assert told.data["problems"] == [
        {
            "where": "flows/posters.yaml:2 takes[0].products",
            "what": "is not known here",
            "hint": "did you mean product?",
        }
    ]


def test_a_configuration_that_names_no_flows_folder_is_told(call: Call, config: Path) -> None:
    config.write_text(config.read_text().replace("path: flows", "path: []"))
    done = call("flows", "check", "--config", config)
    assert done.code == 2
    assert "flows.path: is no name of a folder" in done.err


@pytest.mark.usefixtures("posters")
def test_flows_are_drawn_as_mermaid_text_with_the_stages_beside_them(
    call: Call, config: Path
) -> None:
    done = call("flows", "draw", "--config", config)
    assert done.code == 0
    assert done.out.startswith("flowchart TB\n")
    assert 'lane1["posters: takes product poster_*"]' in done.out
    assert 'lane1_1["10-new<br/>also in default"]' in done.out
    assert 'lane2_2["20-print<br/>ItemProduce<br/>undo 20 s"]' in done.out
    assert "lane2_1 --> lane2_2 --> lane2_3 --> lane2_4 --> lane2_5" in done.out
    assert '"90-hold<br/>waits for a person"' in done.out


@pytest.mark.usefixtures("posters")
def test_one_flow_is_drawn_into_a_picture(call: Call, config: Path, tmp_path: Path) -> None:
    picture = tmp_path / "flows.svg"
    done = call("flows", "draw", "posters", "--svg", picture, "--config", config)
    assert (done.code, done.out) == (0, "")
    texts = [text.text for text in ET.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:4] == [
        "posters: takes product poster_*",
        "10-new",
        "also in default",
        "25-cut",
    ]
    assert "beside every flow" in texts


def test_a_flow_that_is_not_there_is_not_drawn(call: Call, config: Path) -> None:
    done = call("flows", "draw", "books", "--config", config)
    assert done.code == 2
    assert "there is no flow 'books'; known: default" in done.err


def test_a_known_order_is_explained_item_by_item(call: Call, config: Path, shop: Shop) -> None:
    order = order_in(shop)
    config.with_name("flows").joinpath("posters.yaml").write_text(POSTERS)
    done = call("flows", "explain", order.order_id, "--config", config)
    assert done.code == 0
    assert done.out.splitlines() == [
        "Item 000000010001 (poster_a2_p_fc): flow posters",
        "  posters: yes, it takes product poster_*",
        "  its job goes through default: the files were changed since",
    ]
    (item,) = call("flows", "explain", order.order_id, "--json", "--config", config).data["items"]
    assert (item["flow"], item["goes_through"]) == ("posters", "default")
    assert item["asked"] == [{"flow": "posters", "takes": True, "why": "it takes product poster_*"}]


@pytest.mark.usefixtures("posters")
@pytest.mark.parametrize(("key", "unknown"), [(ORDER_KEY, False), ("nobodys", True)])
def test_a_document_from_a_file_is_explained(
    call: Call, config: Path, tmp_path: Path, key: str, unknown: bool
) -> None:
    document = make_order(1, base_url=FILE_SERVER, apikey=key, kind="textbook")
    file = tmp_path / "order.json"
    file.write_bytes(document.body)
    done = call("flows", "explain", "--file", file, "--config", config)
    assert done.code == 0
    assert ("Its key is of no interface here" in done.out) is unknown
    assert "  posters: no, its product textbook_cw_a5_p_bw is not poster_*" in done.out
    assert "  default: yes, it takes everything" in done.out
    assert key not in done.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "give either an ORDER or --file FILE"),
        (["7", "--file", "x"], 2, "give either an ORDER or --file FILE"),
        (["7"], 1, "there is no order 7 here"),
        (["--file", "/nowhere/x"], 1, "/nowhere/x can not be read"),
    ],
)
def test_what_can_not_be_explained_is_said(
    call: Call, config: Path, words: list[str], code: int, told: str
) -> None:
    done = call("flows", "explain", *words, "--config", config)
    assert (done.code, told in done.err) == (code, True)


def test_an_item_that_an_order_does_not_have_is_said(call: Call, config: Path, shop: Shop) -> None:
    order = order_in(shop)
    done = call("flows", "explain", order.order_id, "9", "--config", config)
    assert (done.code, "has no item 9" in done.err) == (1, True)
