"""How gunicorn serves the site, on a desk (script/server) and in service (docs/operations.md) alike.

Read by gunicorn only: gunicorn --config python:langfang_policy.server langfang_policy.wsgi:application
"""

import sys
import threading
from typing import Any

from langfang_policy import environment

bind = f"{environment.text('HOST', '127.0.0.1')}:{environment.number('PORT', 8000, least=1, most=65535)}"
# Two processes, for documents keep one busy for seconds; threads, for pages mostly wait for the database.
workers = environment.number("WEB_WORKERS", 2, least=1, most=64)
threads = 4
# Loaded once, before the workers are made.
preload_app = True
timeout = 120
graceful_timeout = 20
# A worker that has grown is replaced now and then.
max_requests = 2000
max_requests_jitter = 200
loglevel = "warning"
# gunicorn's own remote control is not used: it would leave a socket in the home folder.
control_socket_disable = True


def when_ready(server: Any) -> None:
    sys.stdout.write(f"网站已启动：{environment.text('SITE_URL', 'http://' + bind)}/ （Ctrl-C 停止）\n")
    sys.stdout.flush()


def post_worker_init(worker: Any) -> None:
    """In a thread of its own: pages are served while WeasyPrint is imported and looks at the fonts."""
    from measures.reports.pdf import warm_up

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
