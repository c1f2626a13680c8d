"""The first mails of a process, rendered by several threads."""

import subprocess
import sys


def test_the_first_mails_of_a_process_may_be_rendered_at_once() -> None:
    script = (
        "import sys, threading\n"
        "from newsletter.render.inline import inline\n"
        "sys.setswitchinterval(1e-6)\n"
        "begin, done = threading.Barrier(12), []\n"
        "def one():\n"
        "    begin.wait()\n"
        "    done.append(inline('<p>x</p>', 'p { color: red }'))\n"
        "threads = [threading.Thread(target=one) for _ in range(12)]\n"
        "[one.start() for one in threads]\n"
        "[one.join() for one in threads]\n"
        "assert len(done) == 12, len(done)\n"
        "import requests\n"
        "assert requests.get, 'the real one'\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)
