"""Where the store is: SQLite's log of writes does not work over a network (https://www.sqlite.org/wal.html)."""

import re
from pathlib import Path

_OVER_A_NETWORK = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|fuse\.(sshfs|glusterfs|s3fs|rclone)")
_MOUNTS = Path("/proc/self/mountinfo")


def network_file_system(path: Path) -> str | None:
    """The kind of file system that ``path`` is on, if it is one over a network; ``None`` where that is not told.

    Linux tells (``proc_pid_mountinfo(5)``): the fifth word of a line is the place, the one after the dash the kind.
    """
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found, longest = "", -1
    for words in (line.split() for line in lines):
        if "-" not in words[6:]:
            continue
        place = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), words[4])
        if path.is_relative_to(place) and len(place) >= longest:
            found, longest = words[words.index("-", 6) + 1], len(place)
    return found if _OVER_A_NETWORK.fullmatch(found) else None
