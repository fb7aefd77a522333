from hotfolder.domain.view import Unclear, View


def test_what_is_known_needs_no_closer_look() -> None:
    view = View(at_home={"job-a": 1})
    assert view.see({"job-a": 1}, 0.0) == []


def test_a_new_folder_and_a_known_name_with_another_inode_are_looked_at() -> None:
    view = View(at_home={"job-a": 1, "job-b": 2})
    assert view.see({"job-a": 9, "job-b": 2, "job-c": 3}, 0.0) == ["job-a", "job-c"]


def test_a_folder_that_is_gone_is_missed_since_it_was_first_not_seen() -> None:
    view = View(at_home={"job-a": 1})
    view.see({}, 5.0)
    view.see({}, 9.0)
    assert view.missed == {"job-a": 5.0}
    assert view.at_home == {}


def test_a_folder_that_comes_back_is_missed_no_more_and_looked_at_again() -> None:
    view = View(at_home={"job-a": 1})
    view.see({}, 5.0)
    assert view.see({"job-a": 1}, 9.0) == ["job-a"]
    assert view.missed == {}


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
    assert view.see({"job-a": 1}, 1.0) == ["job-a"]


def test_a_doubt_ends_when_its_folder_goes() -> None:
    view = View(at_home={})
    view.doubt("copy", "1:5", 10.0)
    view.see({}, 11.0)
    assert view.unclear == {}
    assert view.missed == {}, "a folder that was never dealt with is not missed"


def test_a_forgotten_folder_is_looked_at_anew_and_not_missed() -> None:
    view = View(at_home={"job-a": 1})
    view.forget("job-a")
    view.forget("job-a")
    assert view.see({}, 1.0) == []
    assert view.missed == {}
    assert view.see({"job-a": 1}, 2.0) == ["job-a"]


def test_an_accepted_folder_is_at_home_and_in_doubt_no_more() -> None:
    view = View(at_home={})
    view.doubt("copy", "1:5", 10.0)
    view.accept("copy", 5)
    assert view.unclear == {}
    assert view.see({"copy": 5}, 11.0) == []
