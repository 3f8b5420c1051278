"""How allauth is held: accounts are made by the district, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter


class StaffOnly(DefaultAccountAdapter):
    """No sign-up page; staff accounts come from the district."""

    def is_open_for_signup(self, request) -> bool:  # noqa: ARG002 - allauth passes it
        return False
