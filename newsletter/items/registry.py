"""The kinds, found by looking into ``newsletter.items.kinds``."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from newsletter.items import kinds as package
from newsletter.items.base import Item


@cache
def kinds() -> MappingProxyType[str, type[Item]]:
    """Every kind by its word, in alphabetical order."""
    found = {}
    for module in iter_modules(package.__path__):
        for thing in vars(import_module(f"{package.__name__}.{module.name}")).values():
            if isinstance(thing, type) and issubclass(thing, Item) and thing.__module__.endswith(f".{module.name}"):
                found[thing.kind] = thing
    return MappingProxyType(dict(sorted(found.items())))
