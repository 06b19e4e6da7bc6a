"""Mail through an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from marketplace.config import Settings
from marketplace.core.i18n import LocalizedText as T
from marketplace.core.i18n import speaking
from marketplace.core.messages import gettext as _
from marketplace.notifications.channels.failure import SendFailed
from marketplace.notifications.letters import Letter

TIMEOUT = 20
"""Seconds to wait for a mail server."""


class Mail:
    """Letters as mail. A repeated one carries the same Message-ID."""

    name, ending, repeatable = "mail", "eml", True
    label = T("邮件", "Mail")
    hint = T("发到您账号里的邮箱", "To the e-mail address in your account")

    def configured(self, settings: Settings) -> bool:
        return bool(settings.mail_url)

    def reaches(self, email: str | None, phone: str | None) -> bool:
        return bool(email)

    def render(self, letter: Letter, settings: Settings) -> bytes:
        mail = EmailMessage(policy=SMTP_POLICY)
        host = urlsplit(settings.address).hostname or "localhost"
        mail["Subject"] = " ".join(letter.title.split())
        mail["From"] = settings.mail_from or f"no-reply@{host}"
        mail["To"] = letter.email
        mail["Date"] = format_datetime(letter.written)
        mail["Message-ID"] = f"<{letter.key}@{host}>"
        mail["Auto-Submitted"] = "auto-generated"
        with speaking(letter.language):
            mail.set_content("\n".join((
                _("%(name)s, hello.", name=letter.name), "", letter.text, "", "--",
                _("Which messages you get by mail you choose here: %(address)s",
                  address=f"{settings.address}/account/notifications"), "")))
        # after the text, which would take it away
        mail["Content-Language"] = "zh-CN" if letter.language == "zh" else "en"
        return mail.as_bytes()

    def send(self, content: bytes, letter: Letter, settings: Settings) -> None:
        server = urlsplit(settings.mail_url)
        sender = settings.mail_from.rpartition("<")[2].rstrip(">")
        if not sender:
            raise SendFailed("MARKETPLACE_MAIL_FROM is empty")
        try:
            with _connect(server.scheme, server.hostname or "", server.port) as smtp:
                if server.username:
                    smtp.login(unquote(server.username), unquote(server.password or ""))
                smtp.sendmail(sender, [letter.email], content)
        except smtplib.SMTPRecipientsRefused as problem:
            raise _refused(letter, *next(iter(problem.recipients.values()))) from None
        except smtplib.SMTPDataError as problem:
            raise _refused(letter, problem.smtp_code, problem.smtp_error) from None
        except smtplib.SMTPResponseException as problem:
            raise SendFailed(f"{problem.smtp_code} {_text(problem.smtp_error)}") from None
        except (OSError, smtplib.SMTPException) as problem:
            raise SendFailed(f"{type(problem).__name__}: {problem}") from None


def _refused(letter: Letter, code: int, said: bytes | str) -> SendFailed:
    """For good from 500 on; below, the server asks to come again."""
    return SendFailed(f"{letter.email} was refused: {code} {_text(said)}", again=code < 500)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=secure)
    smtp = smtplib.SMTP(host, port or 587, timeout=TIMEOUT)
    try:
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=secure)
    except BaseException:
        smtp.close()
        raise
    return smtp
