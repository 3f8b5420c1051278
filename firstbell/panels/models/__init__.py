"""What the slice keeps: panels with people, referrals, packets, dockets, hearings, agreements, decisions."""

from firstbell.panels.models.agreements import Agreement, Check, Decision, Directive, Signature
from firstbell.panels.models.docket import Attending, Day, Hearing, Interpreter, Invitation, Seating
from firstbell.panels.models.packets import NoteConsent, Packet
from firstbell.panels.models.people import Away, Consultation, Member, Panel, Recusal, Roster
from firstbell.panels.models.referrals import Override, Referral, ReferralMove
from firstbell.panels.models.reports import CountyReport
from firstbell.panels.models.room import Present, Said, TeacherForm

__all__ = [
    "Agreement", "Attending", "Away", "Check", "Consultation", "CountyReport", "Day", "Decision", "Directive",
    "Hearing", "Interpreter", "Invitation", "Member", "NoteConsent", "Override", "Packet", "Panel", "Present",
    "Recusal", "Referral", "ReferralMove", "Roster", "Said", "Seating", "Signature", "TeacherForm",
]  # fmt: skip
