"""Starts the site by hand: `python -m tests.site --port 8080 [--faults] [--days 30] [--a-day 20]`; every request is printed."""

from __future__ import annotations

import argparse
import itertools
import time
from datetime import date, timedelta

from tests.site import Content, Site
from tests.site.corners import add_corners
from tests.site.server import FAULTS, as_json


def main() -> None:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--faults", action="store_true", help="every third release meets one of: " + ", ".join(FAULTS))
    parser.add_argument("--days", type=int, default=30, help="how many days up to today have releases")
    parser.add_argument("--a-day", type=int, default=20)
    chosen = parser.parse_args()
    content = Content.of(date.today() - timedelta(days=chosen.days - 1), days=chosen.days, a_day=chosen.a_day)
    add_corners(content, date.today() - timedelta(days=1))
    with Site(content, port=chosen.port) as site:
        if chosen.faults:
            for path, fault in zip(list(content.releases)[::3], itertools.cycle(FAULTS)):
                site.fail([path], fault)
        print(
            f"{site.base}/gia/general/{{yyyymm}}/{{dd}}c.htm, {site.base}/gia/rss/general_zh.xml,"
            f" {site.base}/public/press-releases?lang=tc,"
            f" {site.base}/copies/gloss.xml, {site.base}/tc/categories/admin/html/articlelist.rss.xml"
        )
        print('private_hosts = ["127.0.0.1"] in [fetch] lets a fetch ask here', flush=True)
        shown = 0
        try:
            while True:
                time.sleep(0.2)
                if new := site.requests[shown:]:
                    shown += len(new)
                    print(as_json(new), flush=True)
        except KeyboardInterrupt:
            print(f"{shown} requests")


if __name__ == "__main__":
    main()
