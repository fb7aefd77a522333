"""Messages to the admin by mail, to a real mail server."""

import socket
from typing import Any

import pytest

from hotfolder.net.mail import Mail, MailServer
from tests.net.mail_server import HOST, PASSWORD, MailBox, mail_server
from tests.net.servers import CERTIFICATE

MESSAGE = {"subject": "[shop] ein Gerät\r\nBcc: all@x.example", "text": "Zeile eins\nline two ✓"}


def mail(box: MailBox, tls: str = "none", **server: Any) -> Mail:
    usual: dict[str, Any] = {
        "ca_file": str(CERTIFICATE),
        "host": HOST,
        "port": box.port,
        "tls": tls,
    }
    place = MailServer(**(usual | server))
    return Mail(place, "shop@x.example", ("a@x.example", "b@x.example"), seconds=5)


def test_a_message_is_one_mail_to_all_with_subject_and_text() -> None:
    with mail_server() as box:
        assert mail(box).tell(MESSAGE) == ""
    [found] = box.mails
    assert box.to == [["a@x.example", "b@x.example"]]
    assert found["Subject"] == "[shop] ein Gerät Bcc: all@x.example"
    assert "Bcc" not in found
    assert (found["From"], found["To"]) == ("shop@x.example", "a@x.example, b@x.example")
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"]
    assert found["Message-ID"]
    assert found.get_content().splitlines() == ["Zeile eins", "line two ✓"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_user_and_password_go_over_an_encrypted_line(tls: str) -> None:
    with mail_server(tls, login=True) as box:
        way = mail(box, tls, user="hotfolder", password=PASSWORD)
        assert way.tell(MESSAGE) == ""
    assert (box.users, box.secure) == (["hotfolder"], [True])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_that_is_not_trusted_gets_neither_password_nor_mail(tls: str) -> None:
    with mail_server(tls, login=True) as box:
        way = mail(box, tls, user="hotfolder", password=PASSWORD, ca_file="")
        words = way.tell(MESSAGE)
        missing = mail(box, tls, ca_file="/away.pem").tell(MESSAGE)
    assert "can not be trusted: self-signed certificate" in words
    assert missing.endswith("is not trusted: the file of alerts.mail_ca_file is not there")
    assert (box.users, box.mails) == ([], [])


def test_nothing_goes_unencrypted_where_starttls_is_wanted_and_not_offered() -> None:
    with mail_server() as box:
        words = mail(box, "starttls").tell(MESSAGE)
    assert "does not offer what is asked for" in words
    assert box.mails == []


def test_a_wrong_password_is_told_without_it() -> None:
    wrong = f"{PASSWORD}-wrong"
    with mail_server("starttls", login=True) as box:
        words = mail(box, "starttls", user="hotfolder", password=wrong).tell(MESSAGE)
    assert "does not accept user and password (5.7.8" in words
    assert wrong not in words


def test_one_recipient_who_is_refused_does_not_keep_it_from_the_other() -> None:
    with mail_server() as box:
        box.refused.add("a@x.example")
        assert mail(box).tell(MESSAGE) == ""
        assert box.to == [["b@x.example"]]
        box.refused.add("b@x.example")
        words = mail(box).tell(MESSAGE)
    assert "refuses all recipients" in words
    assert PASSWORD not in words


def test_a_server_that_is_away_or_silent_is_told() -> None:
    with socket.create_server((HOST, 0)) as listener:
        silent = MailServer(host=HOST, port=listener.getsockname()[1], tls="none")
        way = Mail(silent, "shop@x.example", ("a@x.example",), seconds=0.2)
        assert way.tell(MESSAGE) == (
            f"mail server {HOST}:{silent.port} hung up: Connection unexpectedly closed: timed out"
        )
    assert way.tell(MESSAGE).endswith("can not be reached: Connection refused")


def test_what_says_no_smtp_is_told() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        way = Mail(
            MailServer(host=HOST, port=port, tls="tls"), "s@x.example", ("a@x.example",), 0.3
        )
        assert "mail server" in way.tell(MESSAGE)


def test_a_mail_that_was_taken_is_taken_however_the_server_parts() -> None:
    with mail_server() as box:
        box.parting = "421 too busy to say good-bye"
        assert mail(box).tell(MESSAGE) == "", "else it would be sent again and again"
    assert len(box.mails) == 1
