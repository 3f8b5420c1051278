"""How the library is sorted, what people call things, and which screens rest on a section."""

from dataclasses import dataclass

TOPICS: dict[str, tuple[str, ...]] = {
    "Who must attend": (
        "EC 48200", "EC 48210", "FAM 6500", "EC 48201", "EC 48204", "EC 48216", "EC 48222", "EC 48224", "EC 48230",
        "EC 48231", "EC 48232", "EC 48400", "EC 48402", "EC 48410", "EC 48412", "EC 48413", "EC 48414", "EC 48416",
        "EC 48432.3", "EC 48432.5", "EC 48660",
    ),
    "What excuses an absence": (
        "EC 48205", "EC 46010.1", "EC 46011", "EC 46012", "EC 46014", "EC 46015", "EC 48206.3", "EC 48207.5",
        "EC 48208", "EC 48225.5", "EC 48980", "EC 49067", "5 CCR 306", "5 CCR 421",
    ),
    "What a day of attendance is": (
        "EC 37200", "EC 46010.3", "EC 46010", "EC 41601", "EC 46112", "EC 46113", "EC 46117", "EC 46141", "EC 46300",
        "EC 46392", "EC 37223",
    ),
    "Chronic absence and what is reported": (
        "EC 60901", "Attendance Works", "EC 48240", "EC 48241", "EC 48340", "CDE DataQuest", "CDE Dashboard",
        "EDFacts FS195", "CALPADS",
    ),
    "Truancy, step by step": (
        "EC 48260", "EC 48260.5", "EC 48261", "EC 48262", "EC 48263.6", "EC 48264.5", "EC 48260.6", "EC 48264",
        "EC 48265", "EC 48266", "EC 48267", "EC 48268", "EC 48269",
    ),
    "Review boards, courts and parents": (
        "EC 48263", "EC 48263.5", "EC 48320", "EC 48321", "EC 48321.5", "EC 48322", "EC 48326", "EC 48273", "EC 48290",
        "EC 48291", "EC 48292", "EC 48293", "EC 48297", "EC 48450", "WIC 601", "WIC 601.3", "In re A.N.", "PC 272",
        "PC 270.1", "VC 13202.7",
    ),
    "Homes, languages and special protection": (
        "EC 48985", "EC 48853.5", "EC 49069.5", "EC 48852.7", "FAM 6550", "FAM 6924", "EC 234.7", "PC 11166",
    ),
    "Records and privacy": (
        "EC 49061", "EC 49064", "EC 49068", "EC 49069.3", "EC 49069.7", "EC 49070", "EC 49071", "EC 49073",
        "EC 49073.1", "EC 49075", "EC 49076", "EC 49076.7", "EC 49077", "EC 49079", "EC 49602", "5 CCR 432",
        "5 CCR 435", "5 CCR 437", "34 CFR 99",
    ),
    "Making up time, and leaving school": (
        "EC 46211", "EC 51747", "EC 51747.5", "EC 48070.6", "CALPADS dropout", "EC 48203",
    ),
    "Who may work as a counselor": ("EC 44266", "5 CCR 80632.5"),
}  # fmt: skip
"""Every section once, the one asked for most first."""

MARKS = {"V": ("plain", "Official text"), "S": ("info", "Second hand"), "M": ("moderate", "From memory"),
         "I": ("sealed", "Our reading")}  # fmt: skip
"""Confidence marks as chips: tone and words. `law.sections.CONFIDENCE` has them in full."""


@dataclass(frozen=True)
class Screen:
    """A place in Firstbell that rests on a section: what it shows there, and the route, where one can be linked."""

    words: str
    route: str = ""


_TODAY, _FILE, _PLACES = "desk:today", "desk:students", "desk:schools"

SCREENS: dict[str, tuple[Screen, ...]] = {
    "EC 44266": (Screen("Staffing: whose papers are missing or end soon", "staffing:people"),),
    "EC 48260": (
        Screen("Today: the third unexcused occasion", _TODAY),
        Screen("A student's file: truancy occasions, with their days", _FILE),
        Screen("What corrections changed, and what no longer stands", "cases:changes"),
    ),
    "EC 48262": (Screen("A student's file: conferences and attempts", _FILE),),
    "EC 48263": (Screen("A student's file: whether a referral may be made", _FILE),),
    "EC 60901": (
        Screen("A student's file: days absent, and days left before a tenth", _FILE),
        Screen("School and district pages: chronic absence", _PLACES),
    ),
    "Attendance Works": (
        Screen("Today: crossed 5, 10 and 20 percent", _TODAY),
        Screen("Bands beside every student", _FILE),
    ),
    "EC 46010.3": (Screen("A student's file: a day in part attended is no absence", _FILE),),
    "EC 48205": (Screen("A student's file: a day with an excuse", _FILE),),
    "EC 48240": (Screen("Today: whom to help first, and why", _TODAY),),
    "CDE DataQuest": (Screen("School and district pages: ten or fewer students are never shown", _PLACES),),
    "EC 49064": (Screen("Opening a student's file is written to the access log first"),),
    "EC 49076": (Screen("Who sees which student: by post, school and region"),),
    "EC 49076.7": (Screen("No field for a Social Security number anywhere"),),
    "EC 234.7": (Screen("No field for immigration status anywhere"),),
}

SYNONYMS = {
    "kid": "student", "truant": "truancy", "ditch": "truancy unexcused", "skip": "truancy unexcused",
    "cut": "truancy", "hooky": "truancy", "playing": "", "sick": "illness", "ill": "illness", "fever": "illness",
    "flu": "illness", "covid": "illness quarantine", "lice": "illness", "cold": "illness", "anxiety": "mental health",
    "depressed": "mental health", "depression": "mental health", "therapy": "counseling", "therapist": "counseling",
    "dentist": "medical", "appointment": "medical", "suspended": "suspension", "suspension": "suspended",
    "expelled": "expulsion", "police": "officer", "cop": "police officer", "cops": "police officer",
    "ice": "immigration", "jail": "prosecution misdemeanor", "prison": "prosecution misdemeanor",
    "arrested": "prosecution custody", "arrest": "prosecution custody", "ticket": "fine infraction",
    "vacation": "travel independent study", "trip": "travel", "abroad": "travel", "died": "death funeral grieving",
    "dies": "death funeral grieving", "grandma": "grandmother funeral", "passed": "death", "eid": "religious",
    "ramadan": "religious", "church": "religious", "mosque": "religious", "temple": "religious",
    "late": "tardy", "tardy": "late", "arrive": "late", "letter": "notice", "mail": "notice", "meeting": "conference",
    "hearing": "board", "sarb": "board", "language": "translation", "spanish": "language", "translate": "translation",
    "wedding": "personal family", "homeschool": "private tutor", "baby": "pregnant parenting", "mom": "parent",
    "dad": "parent", "mother": "parent", "father": "parent", "record": "records", "files": "records",
    "moved": "moving", "move": "moving", "shelter": "homeless", "couch": "homeless", "job": "work",
    "quit": "dropout", "drop": "dropout", "gone": "dropout", "wildfire": "fire", "smoke": "fire", "movie": "film",
    "acting": "entertainment", "voting": "civic political", "protest": "civic political", "march": "civic political",
    "walkout": "civic political", "license": "license driver", "shots": "immunization", "vaccine": "immunization",
    "miss": "absent absence", "grace": "clearing reason", "saturday": "weekend", "weekend": "saturday",
}  # fmt: skip
"""What people say, and the words of the library that it may mean; both are looked for, the second weighs less."""

STOP = frozenset({
    "a", "about", "always", "an", "and", "any", "are", "as", "at", "be", "because", "been", "but", "by", "can",
    "child", "children", "code", "could", "daughter", "did", "do", "does", "done", "ec", "for", "from", "get",
    "gets", "go", "going", "got", "had", "happen", "happens", "has", "have", "he", "her", "him", "his", "how", "i",
    "if", "in", "is", "it", "its", "just", "kid", "kids", "many", "me", "much", "my", "need", "needs", "of", "on",
    "or", "our", "out", "say", "says", "she", "should", "so", "son", "student", "students", "take", "that", "the",
    "their", "them", "there", "they", "this", "to", "up", "us", "want", "wants", "was", "we", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
})  # fmt: skip
"""Words that ask and do not say what about."""

QUESTIONS = ("sick note", "late to school", "funeral", "what must a notice say", "who may see records", "conference")
"""Searches offered where nothing was found."""
