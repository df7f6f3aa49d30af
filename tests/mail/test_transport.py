"""Ways out for mails: files in a folder, SMTP with and without login."""

from __future__ import annotations

import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.mail.errors import ServerDown
from campaign.mail.folder import FolderTransport, StoredMail, list_mails
from campaign.mail.message import Content, build_message
from campaign.mail.smtp import SmtpTransport
from campaign.mail.transport import Transport, mail_folder, open_transport
from tests.factories import NOW, make_settings
from tests.mail.servers import Mailbox, free_port, running, scripted, self_signed

SENDER = "Der schönste Blick <noreply@example.org>"


def mail(key: str = "a" * 40, minute: int = 0, subject: str = "Grüße"):  # type: ignore[no-untyped-def]
    content = Content("anna@example.com", subject, "123 456\n", "<p>123 456</p>")
    return build_message(content, SENDER, key, NOW + timedelta(minutes=minute))


def transport(tmp_path: Path, smtp_url: str) -> Transport:
    return open_transport(make_settings(tmp_path, mail={"smtp_url": smtp_url}))


def test_files_are_listed_newest_first(tmp_path: Path) -> None:
    way = transport(tmp_path, "file:")
    for number in range(3):
        way.send(mail(f"{number}" * 40, number, f"Mail {number}"))
    way.close()
    found = list_mails(tmp_path / "mail")
    assert [one.subject for one in found] == ["Mail 2", "Mail 1", "Mail 0"]
    assert found[2] == StoredMail(f"20260615T120000-{'0' * 40}.eml", NOW, "anna@example.com", "Mail 0", "123 456\n")


def test_a_mail_written_twice_is_one_file_and_no_half_file_stays(tmp_path: Path) -> None:
    way = FolderTransport(tmp_path / "mail")
    way.send(mail())
    way.send(mail())
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_a_mail_thrown_away_while_the_folder_is_read_is_left_out(tmp_path: Path) -> None:
    FolderTransport(tmp_path).send(mail())
    (tmp_path / "20260615T130000-gone.eml").symlink_to(tmp_path / "nowhere")
    assert [one.subject for one in list_mails(tmp_path)] == ["Grüße"]


def test_a_folder_that_is_not_there_holds_no_mails(tmp_path: Path) -> None:
    assert list_mails(tmp_path / "nothing") == []


def test_a_folder_that_cannot_be_made_delays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    way = FolderTransport(tmp_path / "file" / "mail")
    with pytest.raises(ServerDown, match="the folder for mails cannot be written"):
        way.send(mail())
    with pytest.raises(ServerDown, match="the folder for mails cannot be made"):
        way.probe()


def test_a_path_behind_file_names_another_folder(tmp_path: Path) -> None:
    assert mail_folder(make_settings(tmp_path, mail={"smtp_url": "file:/srv/mails"})) == Path("/srv/mails")
    assert mail_folder(make_settings(tmp_path)) == tmp_path / "mail"


def test_login_is_read_from_the_address_with_its_percent_codes(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with running(mailbox, login=("post@example.org", "p/ss:w@rd")) as url:
        way = transport(tmp_path, url.replace("//", "//post%40example.org:p%2Fss%3Aw%40rd@"))
        way.send(mail())
        way.close()
    assert mailbox.recipients == ["anna@example.com"]


def test_a_wrong_login_delays_and_names_neither_user_nor_password(tmp_path: Path) -> None:
    with running(Mailbox(), login=("post", "right")) as url:
        way = transport(tmp_path, url.replace("//", "//post:wrong@"))
        with pytest.raises(ServerDown) as refused:
            way.send(mail())
        way.close()
    assert refused.value.reason == "login refused (535)"


def test_starttls_is_used_when_it_is_offered(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with running(mailbox, tls=self_signed(tmp_path)) as url:
        way = transport(tmp_path, url)
        way.send(mail())
        way.close()
    assert (mailbox.recipients, mailbox.encrypted) == (["anna@example.com"], [True])


def test_smtps_speaks_tls_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with running(mailbox, implicit_tls=context, login=("post", "secret")) as url:
        way = transport(tmp_path, url.replace("//", "//post:secret@"))
        way.send(mail())
        way.close()
    assert mailbox.recipients == ["anna@example.com"]


def test_smtps_sends_nothing_to_a_server_that_nobody_vouches_for(tmp_path: Path) -> None:
    unknown = pytest.raises(ServerDown, match=r"the server does not answer \(SSLCertVerificationError\)")
    with running(Mailbox(), implicit_tls=self_signed(tmp_path)) as url, unknown:
        transport(tmp_path, url).send(mail())


def test_a_password_is_not_sent_to_a_server_that_nobody_vouches_for(tmp_path: Path) -> None:
    with running(Mailbox(), login=("post", "secret"), tls=self_signed(tmp_path)) as url:
        way = transport(tmp_path, url.replace("//", "//post:secret@"))
        with pytest.raises(ServerDown, match=r"the server does not answer \(SSLCertVerificationError\)"):
            way.send(mail())


def test_a_password_is_not_sent_without_tls_to_another_machine() -> None:
    with running(Mailbox(), login=("post", "secret")) as url:
        # A name that is not known for loopback counts as another machine; this one leads here all the same.
        way = SmtpTransport("127.1", int(url.rpartition(":")[2]), login=("post", "secret"))
        with pytest.raises(ServerDown, match="the server offers no TLS"):
            way.send(mail())


def test_a_server_that_hangs_is_left_after_the_timeout() -> None:
    with scripted(b"220 hi", b"250 ok", None) as url:
        way = SmtpTransport("127.0.0.1", int(url.rpartition(":")[2]), timeout=0.3)
        started = time.monotonic()
        with pytest.raises(ServerDown, match=r"the server does not answer \(SMTPServerDisconnected\)"):
            way.send(mail())
    assert time.monotonic() - started < 5


def test_a_server_that_ends_the_connection_between_two_mails_gets_a_new_one() -> None:
    mailbox = Mailbox()
    with running(mailbox) as url:
        way = SmtpTransport("127.0.0.1", int(url.rpartition(":")[2]))
        way.send(mail())
        way._server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        way.send(mail("b" * 40))
        way.close()
    assert (len(mailbox.received), mailbox.connections) == (2, 2)


def test_a_probe_says_whether_mails_could_leave(tmp_path: Path) -> None:
    with running(Mailbox()) as url:
        transport(tmp_path, url).probe()
    transport(tmp_path, "file:").probe()
    with pytest.raises(ServerDown, match=r"the server does not answer \(ConnectionRefusedError\)"):
        transport(tmp_path, f"smtp://127.0.0.1:{free_port()}").probe()
