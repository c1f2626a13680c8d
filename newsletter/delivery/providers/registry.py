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
        for thing in vars(import_module(f"{package.__name__}.{module.name}")).values():
            if isinstance(thing, type) and issubclass(thing, Provider) and not isabstract(thing):
                found[thing.name] = thing
    return MappingProxyType(dict(sorted(found.items())))


def provider_for(site: Site, name: str | None = None) -> Provider:
    """The provider ``name`` for ``site``; the one that the settings choose when left out."""
    return providers()[name or site.settings.delivery.provider](site)
