"""Telephone numbers as districts' files give them."""

from functools import lru_cache

import phonenumbers

from firstbell.roster.models import Phone


def rings(phone: Phone) -> tuple[str, bool]:
    """The number as people write it, and whether a number of this format can ring at all."""
    number = _parsed(phone.number)
    if number is None:
        return phone.number, False
    style = phonenumbers.PhoneNumberFormat
    chosen = style.NATIONAL if number.country_code == 1 else style.INTERNATIONAL
    return phonenumbers.format_number(number, chosen), phonenumbers.is_valid_number(number)


def dialled(phone: Phone) -> str:
    """The number as machines dial it (ITU-T E.164: +12135550142); empty for one that cannot ring."""
    number = _parsed(phone.number)
    if number is None or not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=65_536)
def _parsed(written: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        return None
