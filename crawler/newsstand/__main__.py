"""`python -m crawler.newsstand`: serve the newsstand until Ctrl+C."""

import argparse
import sys
import threading
from collections.abc import Sequence

from crawler.newsstand.server import serving
from crawler.outlets import BadInput


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; gives the exit code, 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m crawler.newsstand", description=__doc__)
    parser.add_argument("--port", type=int, default=8008, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--no-delays", action="store_true", help="slow pages answer at once")
    options = parser.parse_args(arguments)
    try:
        with serving(options.port, delays=not options.no_delays) as newsstand:
            sys.stdout.write(
                f"The newsstand is open: {newsstand.address}/ in a browser, "
                f"http_proxy={newsstand.address} for a crawler. Ctrl+C closes it.\n"
            )
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except BadInput as error:
        return _refuse(str(error))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "no such port"
        return _refuse(f"Port {options.port} cannot be opened ({why}); choose another with --port.")
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
