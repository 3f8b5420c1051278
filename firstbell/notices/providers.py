"""Who carries text messages and e-mail: the district's provider, or the local outbox of a practice district."""

import base64
import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from firstbell.core.home import setting
from firstbell.notices import shelf
from firstbell.notices.models import Delivery, Outbox

_SECONDS = 20


class NotSent(Exception):  # noqa: N818
    """The provider refused the message, or could not be reached; nothing went out."""


class Provider(Protocol):
    """Whoever sends a text message. `key` is the same for the same message, always."""

    def send(self, *, to: str, body: str, key: str) -> str:
        """The provider's own id of the message. NotSent when it did not take it."""


class LocalOutbox:
    """Keeps text messages where people of the practice district can open them."""

    def send(self, *, to: str, body: str, key: str) -> str:
        kept, _ = Outbox.objects.get_or_create(
            key=key, defaults={"channel": Delivery.Channel.TEXT, "to": to, "body": body}
        )
        return f"local-{kept.pk}"


class TwilioCompatible:
    """Any provider that speaks Twilio's Messages resource: POST /2010-04-01/Accounts/{account}/Messages.json."""

    def __init__(self, base: str, account: str, secret: str, sender: str) -> None:
        self.at, self.account, self.secret, self.sender = urlsplit(base), account, secret, sender

    def send(self, *, to: str, body: str, key: str) -> str:
        del key  # the resource has no field for it: a message that may have gone out is never sent again by itself
        form = urlencode({"To": to, "From": self.sender, "Body": body})
        login = base64.b64encode(f"{self.account}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"}
        path = f"{self.at.path.rstrip('/')}/2010-04-01/Accounts/{quote(self.account)}/Messages.json"
        connection = (HTTPSConnection if self.at.scheme == "https" else HTTPConnection)(
            self.at.hostname or "", self.at.port, timeout=_SECONDS
        )
        try:
            connection.request("POST", path, form, headers)
            answer = connection.getresponse()
            said = answer.read(100_000)
        except (OSError, HTTPException) as fault:
            raise NotSent(f"the provider cannot be reached: {fault}") from fault
        finally:
            connection.close()
        if answer.status != 201:
            raise NotSent(f"the provider answered {answer.status}: {said[:200].decode(errors='replace')}")
        return _sid(said)


def _sid(said: bytes) -> str:
    """The message was taken: an answer that cannot be read does not take that back."""
    try:
        return str(json.loads(said)["sid"])
    except (ValueError, LookupError, TypeError):
        return ""


def provider() -> Provider:
    """The district's provider; without one, the local outbox."""
    if base := setting("text_provider"):
        return TwilioCompatible(base, setting("text_account"), setting("text_secret"), setting("text_sender"))
    return LocalOutbox()


Attached = tuple[str, bytes, str]
"""Name, content and type of a file."""


def mail(*, key: str, to: str, subject: str, body: str, attached: Sequence[Attached] = ()) -> str:
    """Send one e-mail the way the district is set up; its number, which is the same for the same key."""
    number = f"<{key}@{settings.MAIL_DOMAIN}>"
    message = EmailMessage(subject=subject, body=body, to=[to], headers={"Message-ID": number})
    for one in attached:
        message.attach(*one)
    message.send()
    return number


class LocalMail(BaseEmailBackend):
    """Django's mail, kept in the local outbox instead of sent."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        with transaction.atomic():
            for message in messages:
                attached = next((content for _, content, _ in message.attachments if isinstance(content, bytes)), b"")
                Outbox.objects.get_or_create(
                    key=message.extra_headers.get("Message-ID", str(id(message))),
                    defaults={
                        "channel": Delivery.Channel.EMAIL, "to": ", ".join(message.to), "subject": message.subject,
                        "body": message.body, "attached": shelf.keep(attached) if attached else "",
                    },
                )  # fmt: skip
        return len(messages)
