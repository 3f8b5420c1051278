"""Groups: the list, a new one, one with its roster, its meetings."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.roster.models import School, Student
from firstbell.roster.models.names import fold
from firstbell.supports import actions, queries
from firstbell.supports.forms import Came, Join, NewGroup
from firstbell.supports.models import Group, Meeting, Member


@page(May.SEE_SUPPORTS)
def groups(request: HttpRequest) -> HttpResponse:
    ended = request.GET.get("show") == "ended"
    tabs = [
        {"label": label, "url": f"?show={key}", "current": ended is (key == "ended")}
        for key, label in (("now", "Running"), ("ended", "Ended"))
    ]
    context = {
        "groups": queries.groups(request.scope, ended=ended), "ended": ended, "tabs": tabs,
        "may_work": May.WORK_SUPPORTS in request.scope,
    }  # fmt: skip
    return render(request, "supports/groups.html", context)


@page(May.WORK_SUPPORTS, writes=True)
def new_group(request: HttpRequest) -> HttpResponse:
    schools = [(str(one.pk), one.name) for one in queries.schools(request.scope)]
    initial = {"begins_on": clock.today(), "practice": request.GET.get("practice", "")}
    form = NewGroup(request.POST or None, schools=schools, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        school = get_object_or_404(School.objects.visible_to(request.scope), pk=told.pop("school"))
        try:
            made = actions.start_group(school=school, by=request.user, **told)
            return redirect("supports:group", made.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return render(request, "supports/new_group.html", {"form": form, "crumbs": _crumbs()})


@page(May.SEE_SUPPORTS, writes=True)
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """A group; its roster to counselors, each member's days to whoever leads it, to all others only sums of many."""
    shown = _group(request, group_id)
    may = May.WORK_SUPPORTS in request.scope
    form = Join(request.POST if request.POST.get("doing") == "join" else None)
    if request.method == "POST" and not may:
        raise Http404
    if request.method == "POST" and _change(request, shown, form):
        return redirect("supports:group", shown.pk)
    mine = shown.lead_id == request.user.pk
    places = queries.roster(shown, measured=mine)
    if may:
        accesslog.opens(request, *(one.member.student_id for one in places))
    context = {
        "group": shown, "crumbs": _crumbs(), "form": form, "may_work": may, "mine": mine, "today": clock.today(),
        "places": places if may else [], "size": sum(one.member.ended_on is None for one in places),
        "figures": queries.figures_of(places), "meetings": queries.meetings_of(shown),
    }  # fmt: skip
    return render(request, "supports/group.html", context)


def _change(request: HttpRequest, shown: Group, form: Join) -> bool:
    """Take somebody in, let somebody go, or end the group; whether it was done."""
    doing = request.POST.get("doing")
    try:
        if doing == "join":
            return form.is_valid() and _join(request, shown, form)
        if doing == "leave":
            stays = Member.objects.visible_to(request.scope).filter(group=shown)
            member = get_object_or_404(stays, pk=_number(request.POST.get("member", "")))
            actions.end_member(member=member, by=request.user)
        elif doing == "end":
            actions.end_group(group=shown, by=request.user)
    except NotAllowed as no:
        messages.error(request, str(no))
    return True


def _join(request: HttpRequest, shown: Group, form: Join) -> bool:
    asked = form.cleaned_data["who"].strip()
    here = Student.objects.visible_to(request.scope).filter(school=shown.school, live=True).select_related("school")
    found = list(here.filter(key__iexact=asked)[:1]) or list(here.filter(searched__contains=fold(asked))[:6])
    if len(found) != 1:
        none = f"Nobody at {shown.school} has that name or number."
        many = f"Several have that name: {', '.join(f'{one.name} ({one.key})' for one in found)}. Write the number."
        form.add_error("who", many if found else none)
        return False
    try:
        actions.add_member(group=shown, student=found[0], by=request.user)
    except NotAllowed as no:
        form.add_error("who", str(no))
        return False
    return True


@page(May.WORK_SUPPORTS, writes=True)
def meet(request: HttpRequest, group_id: int) -> HttpResponse:
    shown = _group(request, group_id)
    students = [one.member.student for one in queries.roster(shown) if one.member.ended_on is None]
    accesslog.opens(request, *(one.pk for one in students))
    came = [str(one.pk) for one in students]
    form = Came(request.POST or None, students=students, initial={"on": clock.today(), "came": came})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.hold_meeting(
                group=shown, on=told["on"], minutes=told["minutes"], topic=told["topic"], came=form.present,
                by=request.user,
            )  # fmt: skip
            return redirect("supports:group", shown.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return render(request, "supports/meeting.html", {"group": shown, "form": form, "crumbs": _trail(shown)})


@page(May.WORK_SUPPORTS, writes=True)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    one = get_object_or_404(Meeting.objects.visible_to(request.scope).select_related("group__school"), pk=meeting_id)
    rows = list(one.presences.select_related("student").order_by("student__family", "student__given"))
    accesslog.opens(request, *(row.student_id for row in rows))
    came = [str(row.student_id) for row in rows if row.came]
    sent = request.POST if request.method == "POST" else None  # nobody came is an answer too
    form = Came(sent, students=[row.student for row in rows], amends=True, initial={"came": came})
    if request.method == "POST" and form.is_valid():
        actions.amend_meeting(meeting=one, came=form.present, by=request.user)
        messages.success(request, "Who came is corrected. The journal keeps what was said before.")
        return redirect("supports:group", one.group_id)
    context = {"group": one.group, "meeting": one, "form": form, "crumbs": _trail(one.group)}
    return render(request, "supports/meeting.html", context)


def _group(request: HttpRequest, pk: int) -> Group:
    return get_object_or_404(Group.objects.visible_to(request.scope).select_related("school", "lead"), pk=pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _crumbs() -> list[tuple[str, str]]:
    return [("Groups", reverse("supports:groups"))]


def _trail(shown: Group) -> list[tuple[str, str]]:
    return [*_crumbs(), (shown.name, reverse("supports:group", args=[shown.pk]))]
