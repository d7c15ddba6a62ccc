"""moto with documented rules that it lacks, on a free loopback port: prints the port, ends when its standard input closes."""

import logging
import os
import sys
import threading

import asked_actions
import documented_beanstalk
import documented_environments
import documented_images
import documented_pages
import documented_rules
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


class KeepAlive(MotoRequestHandler):
    """Connections are kept open, as AWS keeps them; werkzeug's default closes each after one request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    documented_rules.install()
    documented_images.install()
    documented_pages.install()
    documented_beanstalk.install()
    documented_environments.install()
    application = asked_actions.noting(DomainDispatcherApplication(create_backend_app), os.environ["ASKED_ACTIONS"])
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=KeepAlive)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()  # closed when the test ends, however it ends


main()
