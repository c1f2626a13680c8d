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
    found = {name: one for module in _modules() for name, one in _defined_in(module).items()}
    return MappingProxyType(dict(sorted(found.items())))


def provider_for(site: Site, name: str | None = None) -> Provider:
    """The provider ``name`` for ``site``; the one that the settings choose when left out.

    The file of that name is looked into first: the libraries of all the others take a while to load.
    """
    name = name or site.settings.delivery.provider
    own = _defined_in(name) if name in _modules() else {}
    return (own.get(name) or providers()[name])(site)


def _modules() -> list[str]:
    return [module.name for module in iter_modules(package.__path__)]


def _defined_in(module: str) -> dict[str, type[Provider]]:
    things = vars(import_module(f"{package.__name__}.{module}")).values()
    return {
        one.name: one for one in things if isinstance(one, type) and issubclass(one, Provider) and not isabstract(one)
    }
