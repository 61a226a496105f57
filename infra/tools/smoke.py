"""Tries what was deployed: the API answers by itself and through the site, and the pages are there."""
import argparse
import json
import socket
import sys
import time
import urllib.error
import urllib.request

# RFC 6761: every name under localhost is this machine; not every resolver knows.
_resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *a, **k: _resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *a, **k)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", required=True)
    parser.add_argument("--site", required=True)
    parser.add_argument("--no-site", action="store_true", help="the distribution is an emulator's and serves nothing")
    parser.add_argument("--no-pages", action="store_true", help="the pages are not published yet")
    options = parser.parse_args()
    checks = [("the API is alive", options.api + "/api/health", lambda b: json.loads(b)["status"] == "ok"),
              ("the sessions are listed", options.api + "/api/sessions", lambda b: isinstance(json.loads(b)["sessions"], list))]
    if not options.no_site:
        checks += [("the API answers through the site", options.site + "/api/health", lambda b: json.loads(b)["status"] == "ok")]
        if not options.no_pages:
            checks += [("the site is there", options.site + "/", lambda b: b"<html" in b.lower())]
    end = time.monotonic() + 180  # a new distribution or route takes a while to be everywhere
    return 1 if [name for name, url, good in checks if not check(name, url, good, end)] else 0


def check(name: str, url: str, good, end: float) -> bool:
    """Tries once at least, then until the end."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=15) as answer:
                if good(answer.read()):
                    print(f"ok    {name}", flush=True)
                    return True
                problem = "an unexpected body"
        except (urllib.error.URLError, TimeoutError, ValueError, KeyError) as error:
            problem = str(error)
        if time.monotonic() + 10 > end:
            print(f"FAIL  {name}: {url}: {problem}", flush=True)
            return False
        time.sleep(10)


if __name__ == "__main__":
    sys.exit(main())
