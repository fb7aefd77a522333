"""_NOTES.txt: one plain sentence for each thing."""

from hotfolder.formats.notes_text import floor_notes, stage_notes


def test_each_thing_is_one_sentence_in_the_order_of_names() -> None:
    text = stage_notes(
        {
            ("b.pdf", "stranger"): "is no job folder; nothing is done with it",
            ("A job", "no ticket"): "has no job ticket.",
        }
    )
    assert text.split("\r\n") == [
        "Things here that Hotfolder does nothing with, and why",
        "",
        "- A job has no job ticket.",
        "- b.pdf is no job folder; nothing is done with it.",
        "",
        "Hotfolder writes this file (_NOTES.txt) and takes it away when nothing is left to say.",
        "",
    ]


def test_what_concerns_the_stage_or_the_floor_says_so() -> None:
    assert "- This folder can not be read." in stage_notes({("", "frozen"): "can not be read"})
    text = floor_notes({("print", "frozen"): "is not there", ("", "overflow"): "was too much"})
    assert "\r\n- print: is not there.\r\n- was too much.\r\n" in text


def test_nothing_to_say_is_no_text() -> None:
    assert stage_notes({}) == ""
    assert floor_notes({}) == ""


def test_a_name_can_not_make_a_line_of_its_own() -> None:
    text = stage_notes({("a\r\n- b\x1b[31m", "no ticket"): "has no job ticket"})
    assert "- a - b [31m has no job ticket.\r\n" in text
    assert text.count("\n- ") == 1
