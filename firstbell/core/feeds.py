"""The keys of calendar feeds: a calendar program has no session, so the address itself is the secret.

256 random bits, kept only as a hash; whoever knows the address reads the feed until its owner revokes it.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from firstbell.core import journal
from firstbell.core.models import FeedKey, User

PAUSE = timedelta(seconds=5)
"""Between two readings with the same key: calendar programs ask every few minutes at most."""
LENGTH = 43


class TooOften(Exception):  # noqa: N818 - it is a state of the world, not a fault
    """The same key was used a moment ago."""


@transaction.atomic
def make_key(*, by: User) -> str:
    """A new key for oneself, told once; an older one ends."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    FeedKey.objects.filter(user=by, revoked_at=None).update(revoked_at=timezone.now())
    token = secrets.token_urlsafe(32)
    made = FeedKey.objects.create(user=by, hashed=_hashed(token))
    journal.record("core.feed_made", by=by, about=made)
    return token


@transaction.atomic
def revoke_key(*, by: User) -> int:
    """End one's feed; how many keys that ended."""
    ended = FeedKey.objects.filter(user=by, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        journal.record("core.feed_revoked", by=by)
    return ended


def key_of(person: User) -> FeedKey | None:
    return FeedKey.objects.filter(user=person, revoked_at=None).first()


def owner_of(token: str) -> User | None:
    """Whose feed this is; None for an unknown or revoked key, or somebody who left. May raise TooOften."""
    if len(token) != LENGTH:
        return None
    key = FeedKey.objects.filter(hashed=_hashed(token), revoked_at=None, user__is_active=True).first()
    if key is None:
        return None
    now = timezone.now()
    quiet = FeedKey.objects.filter(Q(read_at=None) | Q(read_at__lte=now - PAUSE), pk=key.pk)
    if not quiet.update(read_at=now):
        raise TooOften
    return key.user


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
