"""Telephone numbers as districts' files give them."""

import phonenumbers

from firstbell.roster.models import Phone


def rings(phone: Phone) -> tuple[str, bool]:
    """The number as people write it, and whether a number of this format can ring at all."""
    try:
        number = phonenumbers.parse(phone.number, "US")
    except phonenumbers.NumberParseException:
        return phone.number, False
    style = phonenumbers.PhoneNumberFormat
    chosen = style.NATIONAL if number.country_code == 1 else style.INTERNATIONAL
    return phonenumbers.format_number(number, chosen), phonenumbers.is_valid_number(number)
