import pytest

from hotfolder.domain.job import Place
from hotfolder.domain.sighting import Home, Listing, Verdict, judge
from tests.builders import a_place

# Where it is seen: stage, folder and inode, each as known (True) or other.
TRUTH: dict[tuple[bool, bool, bool], dict[Home, Verdict]] = {
    # the known path: whatever the look at home says, it was seen there
    (True, True, True): dict.fromkeys(Home, Verdict.AT_HOME),
    # another folder under the known path: put back from a backup
    (True, True, False): dict.fromkeys(Home, Verdict.RELABELED),
    # renamed inside its stage
    (True, False, True): {
        Home.THERE: Verdict.TWICE,
        Home.GONE: Verdict.RELABELED,
        Home.UNSEEN: Verdict.RELABELED,
    },
    # a copy inside its stage ("- Copy")
    (True, False, False): {
        Home.THERE: Verdict.TWICE,
        Home.GONE: Verdict.RELABELED,
        Home.UNSEEN: Verdict.UNCLEAR,
    },
    # moved to another stage by a rename, with and without another name
    (False, True, True): {
        Home.THERE: Verdict.TWICE,
        Home.GONE: Verdict.RENAMED,
        Home.UNSEEN: Verdict.RENAMED,
    },
    (False, False, True): {
        Home.THERE: Verdict.TWICE,
        Home.GONE: Verdict.RENAMED,
        Home.UNSEEN: Verdict.RENAMED,
    },
    # copied to another stage
    (False, True, False): {
        Home.THERE: Verdict.TWICE,
        Home.GONE: Verdict.COPIED,
        Home.UNSEEN: Verdict.UNCLEAR,
    },
    (False, False, False): {
        Home.THERE: Verdict.TWICE,
        Home.GONE: Verdict.COPIED,
        Home.UNSEEN: Verdict.UNCLEAR,
    },
}
CASES = [(same, home, verdict) for same, row in TRUTH.items() for home, verdict in row.items()]


def seen_at(same: tuple[bool, bool, bool]) -> Place:
    known = a_place()
    return a_place(
        stage=known.stage if same[0] else "packed",
        folder=known.folder if same[1] else "item-1_5x - Copy",
        inode=known.inode if same[2] else "1:200",
    )


@pytest.mark.parametrize(("same", "home", "verdict"), CASES)
def test_every_sighting_means_one_thing(
    same: tuple[bool, bool, bool], home: Home, verdict: Verdict
) -> None:
    assert judge(a_place(), seen_at(same), home) is verdict


def test_the_table_holds_every_combination() -> None:
    assert len(CASES) == 2**3 * len(Home)


def test_a_job_never_changes_its_stage_while_its_folder_is_still_at_home() -> None:
    moved = {Verdict.RENAMED, Verdict.COPIED}
    assert not [same for same, home, verdict in CASES if home is Home.THERE and verdict in moved]


def test_a_copy_is_no_news_while_the_known_place_can_not_be_read() -> None:
    copies = [same for same in TRUTH if not same[2] and not (same[0] and same[1])]
    assert {TRUTH[same][Home.UNSEEN] for same in copies} == {Verdict.UNCLEAR}


def test_of_a_whole_listing_only_what_is_otherwise_than_known_is_told() -> None:
    known = {"same": 1, "replaced": 2, "gone": 3}
    whole = Listing(
        folders={"same": 1, "replaced": 20, "new": 4},
        device=7,
        strangers=("a.pdf",),
        read_only=True,
    )
    assert whole.beside(known) == Listing(
        folders={"replaced": 20, "new": 4},
        gone=("gone",),
        device=7,
        strangers=("a.pdf",),
        read_only=True,
    )


def test_where_folders_have_no_numbers_their_names_alone_are_compared() -> None:
    assert Listing(folders={"job": 0, "new": 0}).beside({"job": 5}).folders == {"new": 0}
