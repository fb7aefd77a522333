"""Messages to the admin as a POST, to real servers."""

import json

from hotfolder.net.webhook import Webhook
from tests.net.servers import CERTIFICATE, no_server, says, serving, silence

SECRET = "T0KEN-of-the-chat"
MESSAGE = {"subject": "[shop] one thing", "text": "NEW\n  - it is down", "standing": 1, "began": []}


def test_a_message_is_json_whose_text_holds_all_of_it() -> None:
    with serving(says(204)) as server:
        assert Webhook(f"{server.url}/{SECRET}").tell(MESSAGE) == ""
    [request] = server.requests
    assert (request.method, request.target) == ("POST", f"/{SECRET}")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == MESSAGE | {"text": "[shop] one thing\nNEW\n  - it is down"}


def test_a_certificate_counts_when_it_is_trusted() -> None:
    with serving(says(200), secure=True) as server:
        assert Webhook(server.url, str(CERTIFICATE)).tell(MESSAGE) == ""
        words = Webhook(f"{server.url}/{SECRET}").tell(MESSAGE)
        missing = Webhook(f"{server.url}/{SECRET}", "/away.pem").tell(MESSAGE)
    assert "has no certificate that is trusted" in words
    assert missing == "webhook at 127.0.0.1 is not asked: alerts.webhook_ca_file can not be read"


def test_what_went_wrong_is_told_and_the_address_never() -> None:
    cases = []
    for answer in (says(500, SECRET.encode()), says(403), says(302, location="http://x.example")):
        with serving(answer) as server:
            cases.append(Webhook(f"{server.url}/{SECRET}").tell(MESSAGE))
    with serving(silence) as server:
        cases.append(Webhook(f"{server.url}/{SECRET}", seconds=0.2).tell(MESSAGE))
    cases.append(Webhook(f"{no_server()}/{SECRET}").tell(MESSAGE))
    assert cases == [
        "webhook at 127.0.0.1 answers 500",
        "webhook at 127.0.0.1 answers 403",
        "webhook at 127.0.0.1 answers 302",
        "webhook at 127.0.0.1 did not answer within 0.2 seconds",
        "webhook at 127.0.0.1 can not be reached (ConnectionError)",
    ]
