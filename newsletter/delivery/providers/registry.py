"""The providers there are: whatever the files of this package define."""

from functools import cache
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules
from types import MappingProxyType

from newsletter.delivery import providers as package
from newsletter.delivery.providers.base import Provider
from newsletter.site import Site


@cache
def providers() -> MappingProxyType[str, type[Provider]]:
    """Every provider by its name."""
    found: dict[str, type[Provider]] = {}
    for module in iter_modules(package.__path__):
        found |= _in_file(module.name)
    return MappingProxyType(dict(sorted(found.items())))


def provider_for(site: Site, name: str | None = None) -> Provider:
    """The provider ``name`` for ``site``; the one that the settings choose when left out."""
    name = name or site.settings.delivery.provider
    there = {module.name for module in iter_modules(package.__path__)}
    own = _in_file(name) if name in there else {}  # mostly: then what the others need is not loaded
    return (own.get(name) or providers()[name])(site)


@cache
def _in_file(module: str) -> dict[str, type[Provider]]:
    things = vars(import_module(f"{package.__name__}.{module}")).values()
    kinds = [thing for thing in things if isinstance(thing, type) and issubclass(thing, Provider)]
    return {kind.name: kind for kind in kinds if not isabstract(kind)}
