"""How long the packet of one case takes, from the records to a tagged PDF with its manifest.

    FIRSTBELL_HOME=… python -m benchmarks.packet --each 3

Makes the packets of every open referral of the district there (a practice district has some), for each audience, and
takes them back again. The limit in the same run is the printing alone, of the same content. The bar is two seconds.
"""

import argparse
import statistics
import time

from django.db import transaction

from firstbell.site.ready import ready

BAR = 2.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--each", type=int, default=3, help="times each packet is made")
    told = asked.parse_args()
    ready()
    from firstbell.letters.packet import packet_from  # once Django stands
    from firstbell.letters.packet.paper import pdf
    from firstbell.panels.actions.packets import make_packet
    from firstbell.panels.kinds import KINDS
    from firstbell.panels.models import Referral
    from firstbell.panels.rules.referrals import OPEN

    rows = Referral.objects.filter(state__in=OPEN).select_related("panel", "by").order_by("pk")
    whole, printed, pages = [], [], []
    for referral in rows:
        for audience in KINDS[referral.panel.kind].papers:
            for _ in range(told.each):
                with transaction.atomic():
                    began = time.perf_counter()
                    made = make_packet(referral=referral, audience=audience, by=referral.by)
                    whole.append(time.perf_counter() - began)
                    content = packet_from(made.data["content"])
                    began = time.perf_counter()
                    pdf(content)
                    printed.append(time.perf_counter() - began)
                    pages.append(made.pages)
                    transaction.set_rollback(True)
    if not whole:
        raise SystemExit("No open referral is here: `firstbell demo` makes a district that has some.")
    print(f"{len(whole)} packets of {len(rows)} referrals, {min(pages)} to {max(pages)} pages; bar {BAR:.0f} s")
    for name, took in (("whole", whole), ("printing alone", printed)):
        print(f"  {name:<15} median {statistics.median(took):.2f} s, most {max(took):.2f} s")


if __name__ == "__main__":
    main()
