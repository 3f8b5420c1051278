"""Policy by date: the numbers the law and the district set, each beside its citation.

Owns the dated TOML files of this folder: each is in force from its date and changes only what it names.
Start at policy_on(); with_settings() makes a district's own choices.
"""

from firstbell.law.policy.reading import PolicyError, in_force, policy_on, read, settings, with_settings
from firstbell.law.policy.values import Policy, Setting, Value

__all__ = ["Policy", "PolicyError", "Setting", "Value", "in_force", "policy_on", "read", "settings", "with_settings"]
