"""Counselor days that schools buy: the board of requests, one purchase, the request itself, the rate sheet."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.answers import csv_answer, pdf_answer
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed, tried
from firstbell.core.spreadsheets import csv_safe
from firstbell.roster.models import School
from firstbell.staffing.actions import purchases as actions
from firstbell.staffing.actions import rates
from firstbell.staffing.forms.purchases import DAYS, Request, Sheet, Sign, as_asked, fresh
from firstbell.staffing.models import Purchase, Rate
from firstbell.staffing.queries import charges, people
from firstbell.staffing.queries import purchases as queries
from firstbell.staffing.rules.purchases import days_words, fiscal_year, money

A_PAGE = 50
CRUMBS = [("Counselor days", "/staffing/purchases/")]


def _this_year() -> int:
    return fiscal_year(clock.today())[1].year


def _year(request: HttpRequest) -> int:
    told = request.GET.get("year", "")
    return int(told) if told.isdecimal() and len(told) == 4 else _this_year()


@page(May.SEE_PURCHASES)
def board(request: HttpRequest) -> HttpResponse:
    """A fiscal year's purchases by state; what waits for this person first."""
    year, regions = _year(request), people.regions(request.scope)
    state, region = request.GET.get("state", ""), request.GET.get("region", "")
    state = state if state in Purchase.State.values else ""
    region = region if region in {key for key, _ in regions} else ""
    rows = queries.purchases(request.scope, state=state, year=year, region=int(region) if region else None)
    if request.GET.get("as") == "csv":
        return csv_answer(_lines(rows), f"counselor-days-{year}.csv")
    found = Pages(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "rows": queries.lines(found.object_list, clock.today()), "year": year,
        "words": queries.year_words(year), "state": state, "region": region, "regions": regions,
        "stages": queries.board(request.scope, year, int(region) if region else None),
        "mine": queries.lines(queries.to_act_on(request.scope)[:20], clock.today()),
        "may_buy": May.BUY_DAYS in request.scope,
    }  # fmt: skip
    return render(request, "staffing/purchases.html", context)


COLUMNS = (
    "school", "region", "fiscal_year", "tenths", "dollars", "state", "from", "last_day", "charged_dollars",
    "charged_until",
)  # fmt: skip


def _lines(rows: Any) -> Iterator[Sequence[Any]]:
    yield COLUMNS
    paid = charges.charged(rows)
    for one in rows:
        where = [csv_safe(str(one.school)), csv_safe(str(one.school.region or "")), one.fiscal_year]
        due = paid.get(one.pk)
        last = [_dollars(due.cents), due.last or ""] if due else [_dollars(0), ""]
        yield [*where, one.tenths, _dollars(one.cents), one.state, one.begins_on, one.ends_on, *last]


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _one(request: HttpRequest, purchase_id: int) -> Purchase:
    return get_object_or_404(queries.purchases(request.scope), pk=purchase_id)


@page(May.SEE_PURCHASES)
def purchase(request: HttpRequest, purchase_id: int) -> HttpResponse:
    """One purchase: what was asked, who pays, its way, and what this person may do now."""
    return _show(request, _one(request, purchase_id))


def _show(
    request: HttpRequest, one: Purchase, *, no: str = "", why: str = "", sign: Sign | None = None
) -> HttpResponse:  # fmt: skip
    doings = [name for name, (may, states, _, _) in DOINGS.items() if may in request.scope and one.state in states]
    counted = charges.counted(one)
    paid = counted.shares if counted else {}
    context = {
        "one": one, "days": days_words(one.tenths), "money": money(one.cents), "no": no, "why": why, "counted": counted,
        "shares": [(share, days_words(share.tenths), money(share.cents), paid.get(share.fund)) for share in
                   one.shares.all()],
        "moves": one.moves.select_related("by"), "doings": doings, "crumbs": CRUMBS,
        "posts": one.posts.select_related("user").order_by("user__last_name", "pk"),
        "may_buy": May.BUY_DAYS in request.scope, "languages": one.languages,
        "sign": sign or Sign(name=str(request.user)), "weekdays": queries.weekdays(one),
        "again": queries.to_write_again(one),
    }  # fmt: skip
    return render(request, "staffing/purchase.html", context, status=400 if no else 200)


Doing = tuple[May, tuple[str, ...], Callable[..., Purchase], str]
DOINGS: dict[str, Doing] = {
    "sign": (May.BUY_DAYS, ("draft",), actions.sign, "It is signed and with the fiscal office."),
    "check": (May.CHECK_FUNDS, ("signed",), actions.check, "The funds are there. It is with the Region."),
    "approve": (May.APPROVE_PURCHASES, ("checked",), actions.approve, "It is approved."),
    "return": (May.CHECK_FUNDS, ("signed",), actions.send_back, "It is returned to the school."),
    "return-it": (May.APPROVE_PURCHASES, ("checked",), actions.send_back, "It is returned to the school."),
    "cancel": (
        May.BUY_DAYS,
        ("draft", "signed", "checked", "approved", "returned"),
        actions.cancel,
        "It is cancelled.",
    ),
}
"""By what is done: who may, in which states, the action, and what is said then."""
WITH_A_REASON = {"return", "return-it", "cancel"}


@page(May.SEE_PURCHASES, writes=True)
def move(request: HttpRequest, purchase_id: int, doing: str) -> HttpResponse:
    """One step on its way, by who may take it."""
    one = _one(request, purchase_id)
    may, _, act, done = DOINGS.get(doing, (None, (), None, ""))
    version = request.POST.get("version", "")
    if act is None or may not in request.scope:
        raise Http404
    if request.method != "POST" or not version.isdecimal():
        return redirect("staffing:purchase", one.pk)
    why, more = request.POST.get("why", "")[:500], {}
    if doing in WITH_A_REASON:
        more = {"why": why}
    name = str(request.user)
    again = Sign(initial={"typed": request.POST.get("typed", "")[:120]}, name=name)  # a drawing is drawn anew
    if doing == "sign":
        sign = Sign(request.POST, name=name)
        if not sign.is_valid():
            return _show(request, one, no=sign.said, sign=again)
        more = {"strokes": sign.cleaned_data["strokes"]}
    try:
        with transaction.atomic():
            act(purchase=one, seen=int(version), by=request.user, **more)
    except NotAllowed as no:
        return _show(request, _one(request, purchase_id), no=str(no), why=why, sign=again)
    messages.success(request, done)
    return redirect("staffing:purchase", one.pk)


@page(May.SEE_PURCHASES)
def letter(request: HttpRequest, purchase_id: int) -> HttpResponse:
    """The letter as it was signed."""
    one = get_object_or_404(queries.purchases(request.scope).defer(None).exclude(letter=None), pk=purchase_id)
    return pdf_answer(bytes(one.letter), f"itinerant-psa-counselor-{one.pk}.pdf")


@page(May.BUY_DAYS, writes=True)
def ask(request: HttpRequest) -> HttpResponse:
    """A new request, a change of one that stands (`?changes=`), or what was returned written again (`?again=`)."""
    changes, again = _named(request, "changes"), _named(request, "again")
    if again:
        if again.state != Purchase.State.RETURNED:
            raise Http404
        changes = queries.standing(again.school_id, again.fiscal_year)
    told = again or changes
    form = Request(
        request.POST or None, schools=_schools(request), stays=told is not None,
        initial=(as_asked(told) if told else fresh(clock.today())) | _begun(request, told),
    )  # fmt: skip

    def write() -> Purchase:
        return actions.draft(school=form.cleaned_data["school"], by=request.user, changes=changes, **form.words())

    title = "Write it again" if again else "Change it" if changes else "Buy days"
    return _written(request, form, write, {"changes": changes, "again": again, "title": title})


def _named(request: HttpRequest, name: str) -> Purchase | None:
    told = request.GET.get(name, "")
    return _one(request, int(told)) if told.isdecimal() and len(told) < 10 else None


def _begun(request: HttpRequest, told: Purchase | None) -> dict[str, Any]:
    """What the address asks for: `?tenths=`, and for a new request `?school=`. Whatever else it says is left out."""
    tenths, school = request.GET.get("tenths", ""), request.GET.get("school", "")
    begun: dict[str, Any] = {}
    if tenths in dict(DAYS):
        begun = {"tenths": int(tenths)} if told else {"tenths": int(tenths), "general_tenths": int(tenths)}
    if told is None and school.isdecimal() and len(school) < 10:
        begun["school"] = int(school)
    return begun


@page(May.BUY_DAYS, writes=True)
def edit(request: HttpRequest, purchase_id: int) -> HttpResponse:
    """A request that is not signed yet, written anew."""
    one = _one(request, purchase_id)
    if one.state != Purchase.State.DRAFT:
        raise Http404
    form = Request(request.POST or None, schools=_schools(request), initial=as_asked(one), stays=True)

    def write() -> Purchase:
        seen = form.cleaned_data["version"] or 0
        return actions.edit(purchase=one, seen=seen, by=request.user, **form.words())

    return _written(request, form, write, {"title": f"Change the request of {one.school}"})


@page(May.BUY_DAYS)
def cost(request: HttpRequest) -> HttpResponse:
    """What the request would cost as it stands in the form, and what stands in its way."""
    form = Request(request.GET, schools=_schools(request))
    return render(request, "staffing/_cost.html" if request.htmx else "staffing/cost.html", _cost(form))


def _cost(form: Request) -> dict[str, Any]:
    told, no = form.so_far()
    found = queries.cost(**told) if told else None
    return {"cost": found, "no_cost": [*no, *(found.no if found else [])], "crumbs": CRUMBS}


def _schools(request: HttpRequest):
    return School.objects.visible_to(request.scope).filter(live=True)


def _written(
    request: HttpRequest, form: Request, write: Callable[[], Purchase], context: dict[str, Any]
) -> HttpResponse:  # fmt: skip
    if "cost" in request.POST:  # without a script: work it out, write nothing
        context |= _cost(form)
    elif request.method == "POST" and (made := tried(form, write)):
        messages.success(request, "It is written down. Sign it when it is right.")
        return redirect("staffing:purchase", made.pk)
    context |= {"form": form, "crumbs": CRUMBS, "prices": _prices(_this_year()), "basis": Rate.Basis.choices}
    return render(request, "staffing/ask.html", context)


def _prices(year: int) -> list[tuple[str, list[str]]]:
    """(days, prices by basis) of a year's sheet; empty where there is none."""
    rows = queries.sheet(year)
    told = [(days_words(tenths), [money(one) if one else "no price" for one in cents]) for tenths, cents in rows]
    return told if any(one for _, cents in rows for one in cents) else []


@page(May.SEE_PURCHASES, writes=True)
def sheet(request: HttpRequest) -> HttpResponse:
    """The rate sheet of a fiscal year; who sets rates pastes a new one."""
    year = _year(request)
    may_set = May.SET_RATES in request.scope
    if request.method == "POST" and not may_set:
        raise Http404
    form = Sheet(request.POST or None, initial={"fiscal_year": year})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            many = rates.set_rates(fiscal_year=told["fiscal_year"], text=told["text"], by=request.user)
        except NotAllowed as no:
            form.add_error(None, [one.sentence for one in no.reasons])
        else:
            messages.success(request, f"{many} prices count from now on.")
            return redirect(f"{reverse('staffing:sheet')}?year={told['fiscal_year']}")
    context = {
        "year": year, "words": queries.year_words(year), "years": [(one, queries.year_words(one)) for one in
        queries.sheets()], "prices": _prices(year), "basis": Rate.Basis.choices, "form": form if may_set else None,
        "crumbs": CRUMBS,
    }  # fmt: skip
    return render(request, "staffing/sheet.html", context)
