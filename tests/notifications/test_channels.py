"""Each channel speaks its server's language and tells failures apart."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import socketserver
import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.config import Settings
from marketplace.core.errors import ConfigurationError
from marketplace.notifications.channels import CHANNELS, offered
from marketplace.notifications.channels.failure import SendFailed
from marketplace.notifications.channels.robots import LONGEST, signed
from marketplace.notifications.letters import Letter

LETTER = Letter(key="delivery-7", written=datetime(2026, 11, 24, 1, tzinfo=UTC), name="王工",
                email="wang@example.org", phone="13800000001", title="已上架：排产",
                text="审核通过。\n\nhttps://m.cn/messages/7/open",
                link="https://m.cn/messages/7/open")


class Gateway(BaseHTTPRequestHandler):
    """Answers as the test says; keeps what came."""

    status, body, hang_up = 200, b'{"errcode": 0}', False
    got: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((self.path, dict(self.headers), content))
        if self.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway():
    handler = type("Handler", (Gateway,), {"got": []})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as port:
        handler.address = f"http://127.0.0.1:{port}/hook?key=secret"
        yield handler


class serving:  # noqa: N801 - used like a function
    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self.server.server_address[1]

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


def settings_of(channel: str, address: str, **more) -> Settings:
    return Settings(**{f"{channel}_url": address, **more})


def send(channel: str, settings: Settings, letter: Letter = LETTER) -> None:
    way = CHANNELS[channel]
    assert way.configured(settings)
    way.send(way.render(letter, settings), letter, settings)


def test_short_message_fills_the_template_however_deep(gateway):
    send("sms", settings_of("sms", gateway.address, sms_token="t0ken", sms_body=json.dumps(
        {"to": ["{phone}"], "params": {"said": "【平台】{text}", "id": "{key}", "n": 1}})))
    [(path, headers, content)] = gateway.got
    assert path == "/hook?key=secret"
    assert headers["Authorization"] == "Bearer t0ken"
    assert json.loads(content) == {
        "to": ["13800000001"],
        "params": {"said": "【平台】已上架：排产 https://m.cn/messages/7/open", "id": "delivery-7",
                   "n": 1}}


def test_template_that_is_no_json_is_named():
    with pytest.raises(ConfigurationError, match="MARKETPLACE_SMS_BODY"):
        CHANNELS["sms"].render(LETTER, Settings(sms_body="phone={phone}"))


def test_wecom_gets_its_documented_message(gateway):
    send("wecom", settings_of("wecom", gateway.address))
    body = json.loads(gateway.got[0][2])
    assert body == {"msgtype": "text", "text": {
        "content": "王工：已上架：排产\n审核通过。\nhttps://m.cn/messages/7/open",
        "mentioned_mobile_list": ["13800000001"]}}


def test_dingtalk_gets_its_documented_message_signed(gateway):
    send("dingtalk", settings_of("dingtalk", gateway.address, dingtalk_secret="SECabc"))
    path, _headers, content = gateway.got[0]
    body = json.loads(content)
    assert body["msgtype"] == "text"
    assert body["text"]["content"].endswith("@13800000001")
    assert body["at"] == {"atMobiles": ["13800000001"], "isAtAll": False}
    asked = parse_qs(urlsplit(path).query)
    expected = hmac.new(b"SECabc", f"{asked['timestamp'][0]}\nSECabc".encode(), hashlib.sha256)
    assert base64.b64decode(asked["sign"][0]) == expected.digest()


def test_dingtalk_without_a_secret_is_not_signed():
    assert signed("https://d.example/robot", "") == "https://d.example/robot"
    assert signed("https://d.example/robot", "s").startswith("https://d.example/robot?timestamp=")


@pytest.mark.parametrize("channel", ["wecom", "dingtalk"])
def test_long_text_is_cut_to_what_robots_take_and_keeps_its_link(channel):
    long = replace(LETTER, text="长" * 3000 + "\n\n" + LETTER.link)
    body = json.loads(CHANNELS[channel].render(long, Settings()))
    said = body["text"]["content"]
    assert len(said.encode()) <= LONGEST
    assert LETTER.link in said


def test_robot_names_nobody_without_a_number():
    bare = replace(LETTER, phone="")
    assert "mentioned_mobile_list" not in json.loads(
        CHANNELS["wecom"].render(bare, Settings()))["text"]
    assert json.loads(CHANNELS["dingtalk"].render(bare, Settings()))["at"]["atMobiles"] == []


@pytest.mark.parametrize(("status", "body", "again"), [
    (500, b"", True), (429, b"", True), (403, b"", False), (302, b"", False),
    (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', False),
    (200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', True)])
def test_refusals_say_why_and_whether_to_try_again(gateway, status, body, again):
    gateway.status, gateway.body = status, body
    with pytest.raises(SendFailed) as problem:
        send("wecom", settings_of("wecom", gateway.address))
    assert problem.value.again is again
    assert "secret" not in str(problem.value)


def test_answer_that_is_no_json_counts_as_sent(gateway):
    gateway.body = b"OK"
    send("sms", settings_of("sms", gateway.address))


def test_connection_that_breaks_after_sending_is_not_tried_again(gateway):
    gateway.hang_up = True
    with pytest.raises(SendFailed, match="unknown whether sent") as problem:
        send("sms", settings_of("sms", gateway.address))
    assert problem.value.again is False


def test_gateway_that_is_away_is_tried_again():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(SendFailed, match="no connection") as problem:
        send("sms", settings_of("sms", f"http://127.0.0.1:{port}/?key=secret"))
    assert problem.value.again is True
    assert "secret" not in str(problem.value)


# --- Mail ----------------------------------------------------------------------------------------


class MailServer(socketserver.StreamRequestHandler):
    """As much SMTP as it takes; `refuse` is the answer to the recipient."""

    refuse = b""
    got: list[tuple[str, bytes]] = []  # noqa: RUF012

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        recipient = ""
        while line := self.rfile.readline().strip():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                type(self).got.append((recipient, b"".join(lines)))
            if word == b"RCPT":
                recipient = line.decode()
                if self.refuse:
                    self.wfile.write(self.refuse)
                    continue
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def mail_server():
    handler = type("Handler", (MailServer,), {"got": []})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    with serving(server) as port:
        handler.settings = Settings(
            mail_url=f"smtp://127.0.0.1:{port}", mail_from="平台 <no-reply@m.cn>",
            public_url="https://m.cn")
        yield handler


def test_mail_is_plain_text_with_a_message_id_that_repeats(mail_server):
    send("mail", mail_server.settings)
    send("mail", mail_server.settings)
    recipient, content = mail_server.got[0]
    mail = message_from_bytes(content, policy=default)
    assert "wang@example.org" in recipient
    assert mail["From"] == "平台 <no-reply@m.cn>"
    assert mail["Date"] == "Tue, 24 Nov 2026 01:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "zh-CN"
    assert "审核通过。" in mail.get_content()
    assert "https://m.cn/account/notifications" in mail.get_content()
    assert {message_from_bytes(c, policy=default)["Message-ID"] for _r, c in mail_server.got} == {
        "<delivery-7@m.cn>"}


@pytest.mark.parametrize(("answer", "again"), [
    (b"550 no such user\r\n", False), (b"451 later\r\n", True)])
def test_refused_address_is_final_when_the_server_says_so(mail_server, answer, again):
    mail_server.refuse = answer
    with pytest.raises(SendFailed, match="was refused") as problem:
        send("mail", mail_server.settings)
    assert problem.value.again is again


def test_mail_server_that_is_away_is_tried_again():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(SendFailed) as problem:
        send("mail", Settings(mail_url=f"smtp://127.0.0.1:{port}", mail_from="a@m.cn"))
    assert problem.value.again is True


def test_line_breaks_in_a_title_make_no_header():
    mail = CHANNELS["mail"].render(replace(LETTER, title="甲\r\nBcc: all@example.org"), Settings())
    parsed = message_from_bytes(mail, policy=default)
    assert parsed["Bcc"] is None


def test_robots_are_offered_to_offices_only():
    assert [c.name for c in offered("provider")] == ["mail", "sms"]
    assert [c.name for c in offered("operator")] == ["mail", "sms", "wecom", "dingtalk"]


def test_mail_without_a_sender_is_not_sent(mail_server):
    with pytest.raises(SendFailed, match="MARKETPLACE_MAIL_FROM"):
        send("mail", replace(mail_server.settings, mail_from=""))
    assert mail_server.got == []
