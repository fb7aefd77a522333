"""Devices in the configuration: ready profiles, and every mistake with its place."""

from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.config.device_rules import PROFILES, profile_text
from hotfolder.config.devices import Device
from hotfolder.config.load import parse_document
from hotfolder.config.shape import options
from hotfolder.domain.device import By, ResultGoes
from hotfolder.errors import ConfigError, Problem
from tests.config.checking import FLOW, GOOD, a_shop, checked, only_problem

RIP = """\
devices:
  - name: rip
    like: ghostscript
    stage: print
    folder: /srv/rip
"""
FLOW_OF_THREE = FLOW + "  - {key: produced, folder: 30-produced, signal: ItemProduced}\n"


def with_lines(*lines: str) -> str:
    return GOOD + RIP + "".join(f"    {line}\n" for line in lines)


def problem_in_shop(folder: Path, text: str) -> Problem:
    path = a_shop(folder, text, FLOW_OF_THREE)
    with pytest.raises(ConfigError) as caught:
        load_shop(path, {})
    [problem] = caught.value.problems
    return problem


@pytest.mark.parametrize("name", PROFILES)
def test_each_ready_profile_works_with_a_name_a_stage_and_a_folder(name: str) -> None:
    [device] = checked(with_lines().replace("ghostscript", name)).devices
    ready = device.device()
    assert ready.stage == "print"
    assert ready.done
    assert Path(ready.input).is_relative_to("/srv/rip")


@pytest.mark.parametrize("name", PROFILES)
def test_a_ready_profile_says_for_what_it_is_and_shows_an_entry(name: str) -> None:
    text = profile_text(name)
    assert text.startswith("# ")
    assert f"#   like: {name}\n" in text
    assert set(parse_document(text, name).data) <= set(options(Device))


def test_what_stands_in_the_entry_counts_more_than_the_profile() -> None:
    [device] = checked(with_lines("done: [{by: gone}]", "result: archive")).devices
    ready = device.device()
    assert [clue.by for clue in ready.done] == [By.GONE]
    assert [clue.by for clue in ready.failed] == [By.FILE]
    assert ready.result is ResultGoes.ARCHIVE


def test_without_a_profile_all_can_be_said_by_hand() -> None:
    text = """\
devices:
  - name: press
    stage: print
    folder: /srv/press
    takes: {product: poster_*}
    done:
      - {by: log, folder: logs, pattern: out.log, regex: '{name} ok'}
    failed:
      - {by: ticket, folder: back, pattern: '{stem}.jdf', status: Aborted}
"""
    [device] = checked(GOOD + text).devices
    ready = device.device()
    assert ready.done[0].folder == "/srv/press/logs"
    assert ready.failed[0].status == ("Aborted",)
    assert ready.takes[0].product == ("poster_*",)


@pytest.mark.parametrize(
    ("line", "where", "what"),
    [
        ("gives: all", "13 devices[0].gives", "one of job_folder"),
        ("limit_minutes: soon", "13 devices[0].limit_minutes", "a number from 0.1"),
        ("file_name: '{item}_{id}'", "13 devices[0].file_name", "must begin with {id}"),
        ("file_name: '{id}_{name}'", "13 devices[0].file_name", "{name}, which is not known"),
        ("file_name: '{id}{item}'", "13 devices[0].file_name", "- or _ after {id}"),
        ("input: ../x", "13 devices[0].input", "without .."),
        ("result_folder: a/b", "13 devices[0].result_folder", "name of one folder"),
        ("takes: {produkt: a}", "13 devices[0].takes[0].produkt", "is not known here"),
        ("done: []", "13 devices[0].done", "at least 1 entry"),
        ("done: [{by: file, folder: input}]", "9 devices[0]", "in the input itself"),
        ("done: [{by: file, folder: x, pattern: a*}]", "13 devices[0].done[0]", "must hold {id}"),
        ("done: [{by: file, folder: x, pattern: '{it}*'}]", "13", "{it}, which is not known"),
        ("done: [{by: log}]", "13 devices[0].done[0]", "needs pattern"),
        ("done: [{by: log, pattern: a.log, regex: ok}]", "13", "one line would mean all"),
        ("done: [{by: log, pattern: a.log, regex: '{id} ('}]", "13", "no regular expression"),
        ("done: [{by: ticket}]", "13 devices[0].done[0]", "needs status"),
        ("collect: [input]", "9 devices[0]", "collect names the input itself"),
        ("colect: [a]", "13 devices[0].colect", "is not known here"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(line: str, where: str, what: str) -> None:
    problem = only_problem(with_lines(line))
    assert f"config.yaml:{where}" in problem.where
    assert what in problem.what


def test_an_unknown_profile_is_named_with_those_that_there_are() -> None:
    text = with_lines("done: [{by: gone}]").replace("ghostscript", "gostscript")
    problem = only_problem(text)
    assert problem.where == "config.yaml:10 devices[0].like"
    assert "known are hot-folder" in problem.hint


def test_two_devices_have_two_names() -> None:
    again = RIP.replace("devices:\n", "").replace("name: rip", "name: RIP")
    problem = only_problem(GOOD + RIP + again)
    assert "is the name of devices[0] already" in problem.what


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        ("stage: print", "stage: prnt", "stage", "which no flow has"),
        ("folder: /srv/rip", "folder: floor/20-print/rip", "folder", "lies in the stage print"),
        ("folder: /srv/rip", "folder: state", "folder", "state.path"),
        ("like: gho", "on_done: print\n    like: gho", "on_done", "the stage of the device itself"),
        ("like: gho", "on_done: packed\n    like: gho", "on_done", "the flow default does not"),
        ("like: gho", "on_failed: gone\n    like: gho", "on_failed", "the flow default does not"),
    ],
)
def test_stages_and_folders_of_a_device_fit_the_shop(
    tmp_path: Path, old: str, new: str, key: str, what: str
) -> None:
    problem = problem_in_shop(tmp_path, GOOD + RIP.replace(old, new))
    assert problem.where.endswith(f"devices[0].{key}")
    assert what in problem.what


def test_two_devices_never_share_an_input(tmp_path: Path) -> None:
    again = RIP.replace("devices:\n", "").replace("name: rip", "name: other")
    problem = problem_in_shop(tmp_path, GOOD + RIP + again)
    assert "is the input of devices[0] already" in problem.what


def test_a_device_has_no_folder_of_a_label_program_or_of_manifests(tmp_path: Path) -> None:
    text = GOOD + RIP + "day: {manifest: /srv/rip/done}\n"
    problem = problem_in_shop(tmp_path, text)
    assert problem.where.endswith("devices[0].folder")
    assert "/srv/rip/done) that is day.manifest as well" in problem.what


def test_a_device_that_fits_is_loaded(tmp_path: Path) -> None:
    text = GOOD + RIP + "    on_done: produced\n"
    loaded = load_shop(a_shop(tmp_path, text, FLOW_OF_THREE), {})
    assert [one.name for one in loaded.config.devices] == ["rip"]
