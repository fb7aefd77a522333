"""Label programs in the configuration: ready profiles, own options over them, and every mistake."""

from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.config.label_rules import profile_names, profile_text
from hotfolder.config.load import parse_document
from hotfolder.domain.label_form import FileForm, Rows
from hotfolder.domain.label_request import unknown_placeholders
from hotfolder.domain.tracking import Carrier
from hotfolder.errors import ConfigError
from tests.config.checking import (
    FLOW,
    GOOD,
    a_shop,
    checked,
    config_of,
    only_problem,
    problems_of,
    shop_problems,
)

ENTRY = """\
labels:
  - name: ups
    like: generic-csv
    request: {folder: in}
    reply: {folder: out}
"""


def labels(text: str) -> str:
    return GOOD + text


def entry(extra: str = "", like: str = "generic-csv", request: str = "", reply: str = "") -> str:
    return (
        f"{GOOD}labels:\n  - name: ups\n    like: {like}\n{extra}"
        f"    request: {{folder: in{request}}}\n    reply: {{folder: out{reply}}}\n"
    )


@pytest.mark.parametrize("name", profile_names())
def test_a_ready_profile_needs_only_its_folders(name: str) -> None:
    (one,) = checked(entry(like=name)).labels
    program = one.program()
    assert (program.name, program.request_folder, program.reply_folder) == (
        "ups",
        "/shop/in",
        "/shop/out",
    )
    assert unknown_placeholders(profile_text(name)) == []


def test_own_options_go_before_those_of_the_profile() -> None:
    extra = "    carrier: any\n    expect_minutes: null\n"
    text = entry(extra, "dhl-easylog", ", encoding: utf-8", ", header_rows: 2, rows: once")
    program = checked(text).labels[0].program()
    assert program.carrier is Carrier.ANY
    assert program.expect_minutes is None
    assert (program.request.encoding, program.request.delimiter) == ("utf-8", "|")
    assert (program.reply.header_rows, program.reply.key) == (2, "1")


def test_without_a_profile_all_is_written_out() -> None:
    text = labels(
        "labels:\n  - name: own\n"
        "    services: {'dhl_*': V01}\n    accounts: {Lantern Press: A1}\n    options: {x: y}\n"
        "    weights: [{product: '*', grams: 5, grams_per_page: 0.5}]\n"
        "    replies_after: 17:30\n    country: dk\n"
        "    request:\n      folder: in\n      delimiter: tab\n      newline: lf\n"
        "      columns: [{name: a, value: '{reference} x', longest: 5}]\n"
        "    reply: {folder: out, key: '1', tracking: code, form: json, rows: appended,"
        " afterwards: leave}\n"
    )
    program = checked(text).labels[0].program()
    assert program.sender == "DK"
    assert program.services == {"dhl_*": "V01"}
    assert f"{program.replies_after:%H:%M}" == "17:30"
    assert (program.request.delimiter, program.request.newline) == ("\t", "\n")
    assert (program.reply.form, program.reply.rows) == (FileForm.JSON, Rows.APPENDED)
    assert program.keep_replies


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (entry(like="fedex"), "labels[0].like", "no profile 'fedex'"),
        (entry("    carrier: hermes\n"), "labels[0].carrier", "one of any, ups"),
        (entry("    country: Denmark\n"), "labels[0].country", "two letters"),
        (entry("    services: [a]\n"), "labels[0].services", "`text: text` lines"),
        (entry("    replies_after: noon\n"), "labels[0].replies_after", "17:30"),
        (entry("    parcel: box\n"), "labels[0].parcel", "one of item, order"),
        (entry(request=", file: a.csv"), "labels[0].request.file", "{reference}"),
        (entry(request=", file: 'x/{reference}'"), "labels[0].request.file", "without a folder"),
        (entry(request=", file: '{reference}{name}'"), "labels[0].request.file", "{name}"),
        (entry(request=", file: '{reference}{receiver.name}'"), "request.file", "name nobody"),
        (entry(request=", columns: []"), "labels[0].request.columns", "nothing would be written"),
        (entry(request=", columns: [{value: '{receiver.street}'}]"), "value", "receiver.street"),
        (entry(request=", form: xml"), "labels[0].request.form", "no text to write"),
        (
            entry(like="ups-worldship-xml", request=", xml: '<a>{reference}'"),
            "labels[0].request.xml",
            "not well-formed",
        ),
        (entry(request=", template: no.xml"), "labels[0].request.template", "does not exist"),
        (entry(request=", encoding: ebcdic"), "labels[0].request.encoding", "one of utf-8"),
        (entry(reply=", header_rows: 0, key: '1'"), "labels[0].reply.tracking", "header_rows is 0"),
        (entry(reply=", tracking: '0'"), "labels[0].reply.tracking", "first column is 1"),
        (entry(reply=", rows: appended"), "labels[0].reply.afterwards", "goes on writing"),
        (entry(like="ups-worldship-xml", reply=", row: ''"), "labels[0].reply.row", "XML needs"),
        (entry(reply=", colour: red"), "labels[0].reply.colour", "not known here"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, where: str, what: str) -> None:
    problem = only_problem(text)
    assert where in problem.where
    assert problem.where.startswith("config.yaml:")
    assert what in problem.what


def test_a_folder_that_is_missing_is_named_though_the_rest_came_from_a_profile() -> None:
    text = labels("labels:\n  - {name: a, like: json}\n")
    problems = problems_of(text)
    assert [(one.where.split(" ")[1], one.what) for one in problems] == [
        ("labels[0].request.folder", "is missing"),
        ("labels[0].reply.folder", "is missing"),
    ]


def test_two_programs_have_two_names_and_do_not_share_replies() -> None:
    second = ENTRY.partition("\n")[2]
    problems = problems_of(labels(ENTRY + second))
    assert [one.where.split(" ")[1] for one in problems] == [
        "labels[1].name",
        "labels[1].reply.file",
    ]
    assert checked(labels(ENTRY + second.replace("ups", "dhl").replace("out", "out2")))


@pytest.mark.parametrize("text", ["labels: x\n", "labels: [x]\n", "labels: {a: b}\n"])
def test_what_is_no_list_of_programs_is_a_problem(text: str) -> None:
    assert problems_of(labels(text))


@pytest.mark.parametrize("text", ["", "labels:\n", "labels: []\n"])
def test_a_shop_needs_no_label_program(text: str) -> None:
    assert checked(labels(text)).labels == ()


def test_a_template_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.xml").write_text("<a>{reference}</a>")
    text = entry(like="ups-worldship-xml", request=", template: own.xml")
    (one,) = config_of(parse_document(text, "config.yaml"), tmp_path, {}).labels
    assert one.program().request.xml == "<a>{reference}</a>"
    (tmp_path / "own.xml").write_text("<a>{reference}")
    with pytest.raises(ConfigError, match=r"request\.template: the XML is not well-formed"):
        config_of(parse_document(text, "config.yaml"), tmp_path, {})


ASKING = FLOW.replace("signal: ItemProduce", "ask_label: ups")


def test_a_stage_asks_a_label_program_that_is_there(tmp_path: Path) -> None:
    (problem,) = shop_problems(a_shop(tmp_path, GOOD, ASKING))
    assert "flows/default.yaml:4 stages[1].ask_label" in problem.where
    assert "'ups', which is no label program" in problem.what
    assert problem.hint == "add it to labels"


def test_a_flow_asks_once(tmp_path: Path) -> None:
    twice = ASKING.replace("folder: 10-new", "folder: 10-new, ask_label: ups")
    (problem,) = shop_problems(a_shop(tmp_path, GOOD + ENTRY, twice))
    assert "asks for a label already" in problem.what


@pytest.mark.parametrize("like", ["generic-csv", "json"])
def test_a_request_is_never_taken_for_a_reply(tmp_path: Path, like: str) -> None:
    text = entry(like=like).replace("folder: out", "folder: in/../in")
    (problem,) = shop_problems(a_shop(tmp_path, text, ASKING))
    assert "labels[0].request.folder" in problem.where
    assert "read as replies of labels[0]" in problem.what


def test_one_folder_is_enough_where_names_tell_requests_from_replies(tmp_path: Path) -> None:
    text = entry(like="ups-worldship-xml").replace("folder: out", "folder: in")
    assert load_shop(a_shop(tmp_path, text, ASKING), {})


def test_files_of_label_programs_never_lie_in_a_stage(tmp_path: Path) -> None:
    text = GOOD + ENTRY.replace("folder: in", "folder: floor/20-print")
    (problem,) = shop_problems(a_shop(tmp_path, text, ASKING))
    assert "labels[0].request.folder" in problem.where
    assert problem.what == "lies in a stage folder"
