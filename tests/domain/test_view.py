from hotfolder.domain.sighting import Listing
from hotfolder.domain.view import UNKNOWN, Unclear, View, first_sight


def a_listing(*gone: str, **folders: int) -> Listing:
    """A look that shows these folders otherwise than they were known."""
    return Listing(folders=folders, gone=gone)


def test_what_is_not_as_it_was_known_is_looked_at() -> None:
    view = View(at_home={"job-a": 1, "job-b": 2})
    assert view.see(a_listing(), 0.0) == []
    assert view.see(a_listing(job_a=9, job_c=3), 0.0) == ["job_a", "job_c"]


def test_a_folder_that_is_gone_is_missed_since_it_was_first_not_seen() -> None:
    view = View(at_home={"job-a": 1})
    view.see(a_listing("job-a"), 5.0)
    view.see(a_listing("job-a"), 9.0)
    assert view.missed == {"job-a": 5.0}
    assert view.at_home == {}


def test_a_folder_that_comes_back_is_looked_at_again_and_missed_no_more() -> None:
    view = View(at_home={"job": 1})
    view.see(a_listing("job"), 5.0)
    assert view.see(a_listing(job=1), 9.0) == ["job"]
    view.doubt("job", "1:1", 9.0)
    assert view.missed == {}


def test_a_folder_that_comes_back_not_understood_is_missed_when_it_goes_again() -> None:
    view = View(at_home={"job": 1})
    view.see(a_listing("job"), 5.0)
    view.see(a_listing(job=1), 9.0)
    view.doubt("job", "1:1", 9.0)
    view.see(a_listing(), 12.0)
    assert view.missed == {"job": 12.0}


def test_a_folder_in_doubt_keeps_its_first_time() -> None:
    view = View(at_home={})
    view.doubt("copy", "1:5", 10.0)
    assert view.doubt("copy", "1:5", 20.0) == Unclear(inode="1:5", since=10.0)


def test_another_folder_of_the_same_name_is_a_new_doubt() -> None:
    view = View(at_home={})
    view.doubt("copy", "1:5", 10.0)
    assert view.doubt("copy", "1:6", 20.0) == Unclear(inode="1:6", since=20.0)


def test_a_known_folder_in_doubt_is_not_at_home_any_more() -> None:
    view = View(at_home={"job-a": 1})
    view.doubt("job-a", "1:1", 0.0)
    assert view.at_home == {}


def test_a_doubt_ends_when_its_folder_goes() -> None:
    view = View(at_home={})
    view.doubt("copy", "1:5", 10.0)
    view.see(a_listing(), 11.0)
    assert view.unclear == {}
    assert view.missed == {}, "a folder that was never dealt with is not missed"


def test_a_folder_that_was_at_home_is_missed_when_it_goes_in_doubt() -> None:
    view = View(at_home={"job-a": 1})
    view.doubt("job-a", "1:1", 10.0)
    view.doubt("job-a", "1:2", 11.0)
    view.see(a_listing(), 12.0)
    assert view.missed == {"job-a": 12.0}


def test_a_forgotten_folder_is_looked_at_anew_and_not_missed() -> None:
    view = View(at_home={"job-a": 1})
    view.forget("job-a")
    view.forget("job-a")
    assert view.see(a_listing(), 1.0) == []
    assert (view.missed, view.at_home) == ({}, {})


def test_an_accepted_folder_is_at_home_and_in_doubt_no_more() -> None:
    view = View(at_home={})
    view.doubt("copy", "1:5", 10.0)
    view.accept("copy", 5)
    assert view.unclear == {}
    assert view.at_home == {"copy": 5}


def test_at_a_first_sight_folders_are_at_home_under_the_numbers_that_are_known() -> None:
    known = {"job-a": "5:1", "job-b": "5:2", "uploaded": "", "elsewhere": "9:4"}
    at_home, renumbered = first_sight(known, {"job-b": 2, "job-a": 8, "new": 3}, 5)
    assert at_home == {"job-a": 1, "job-b": 2, "uploaded": 0, "elsewhere": UNKNOWN}
    assert renumbered == ""


def test_a_disk_with_another_number_is_known_again_by_its_folders() -> None:
    known = {"job-a": "5:1", "job-b": "5:2"}
    assert first_sight(known, {"job-a": 1, "new": 3}, 8) == ({"job-a": 1, "job-b": 2}, "5")


def test_another_disk_with_the_same_names_is_not_taken_for_ours() -> None:
    known = {"job-a": "5:1", "job-b": "5:2"}
    assert first_sight(known, {"job-a": 1, "job-b": 9}, 8) == (dict.fromkeys(known, UNKNOWN), "")
