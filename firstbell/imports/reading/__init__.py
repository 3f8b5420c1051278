"""The reading half of imports: a folder or zip of the daily extract becomes normalised frames and remarks.

Pure: no Django, no database, nothing kept. Start at pipeline.read().
"""

from .limits import Limits
from .pipeline import Extract, read
from .remarks import Remark, Remarks, Unreadable

__all__ = ["Extract", "Limits", "Remark", "Remarks", "Unreadable", "read"]
