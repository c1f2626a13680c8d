"""Entries of a form that are added, moved and removed in a browser without script."""

from newsletter.web.editor.forms import Raw


def reshaped(raw: Raw) -> bool:
    """Whether a button was pressed that adds, moves or removes an entry, in a browser without script."""
    return any(raw.get(button) for button in ("add", "drop", "up", "down"))


def reshape(raw: Raw) -> dict[str, list[str]]:
    """``raw`` after such a button: ``add`` says field and sort, the others field and key of the entry."""
    made = {name: list(texts) for name, texts in raw.items() if name not in {"add", "drop", "up", "down"}}
    for button in ("add", "drop", "up", "down"):
        name, _, which = (raw.get(button) or [""])[0].rpartition(":")
        keys = made.get(name, [])
        if button == "add" and name:
            fresh = str(max((int(key) for key in keys if key.isdecimal()), default=-1) + 1)
            made[name] = [*keys, fresh]
            made[f"{name}.{fresh}.do"] = [which]
        elif which in keys:
            at = keys.index(which)
            keys.pop(at)
            if button != "drop":
                keys.insert(max(at - 1 if button == "up" else at + 1, 0), which)
    return made
