"""The templates: where they are found, and what happens when one fails.

Templates belong to the operator and are trusted. Editors' text reaches them as values only, never as source.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    select_autoescape,
)
from jinja2 import TemplateError as JinjaError
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateSyntaxError

from newsletter.issue.problems import IssueError, Place, Problem

_PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = next(
    (folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()), _PACKAGE
)
"""The shipped templates: beside the packages in a checkout, inside ``newsletter`` in a wheel."""


class TemplateError(IssueError):
    """A template that cannot be used, with its file and line."""


@lru_cache(maxsize=16)
def environment(folders: tuple[Path, ...] = ()) -> Environment:
    """The engine for templates of ``folders`` (the first wins) and the shipped ones. One a process."""
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, SHIPPED)]),
        # Plain text has nothing to escape; everything else is escaped.
        autoescape=select_autoescape(enabled_extensions=(), disabled_extensions=("txt.j2", "css.j2"), default=True),
        undefined=StrictUndefined,
        # A site's templates may be changed while the process runs; what is shipped does not change.
        auto_reload=bool(folders),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def run(folders: tuple[Path, ...], name: str, context: dict[str, Any]) -> str:
    """The output of one template. Raises TemplateError with file and line for whatever goes wrong in it."""
    with _named(folders, name) as template:
        return template.render(context)


def module(folders: tuple[Path, ...], name: str, context: dict[str, Any]) -> TemplateModule:
    """What one template defines, for others to use. Raises TemplateError as ``run`` does."""
    with _named(folders, name) as template:
        return template.make_module(context)


@contextmanager
def _named(folders: tuple[Path, ...], name: str) -> Iterator[Template]:
    """The template; what goes wrong in it is told with file and line."""
    template = None
    try:
        template = environment(folders).get_template(name)
        yield template
    except TemplateNotFound as error:
        near = f"write templates/{error.name}; a kind has two templates of its name, items/<kind>.mjml.j2 and .txt.j2"
        raise TemplateError((Problem(f"there is no template {error.name}", near),)) from error
    except TemplateSyntaxError as error:
        place = Place(error.filename or error.name, error.lineno)
        raise TemplateError((Problem(f"the template is not understood: {error.message}", place=place),)) from error
    except IssueError:
        raise
    except (JinjaError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise TemplateError((Problem(f"the template fails: {error}", place=_place(error, template)),)) from error


def _place(error: Exception, template: Template | None) -> Place:
    """The innermost frame that is a template's: Jinja gives its frames the template's file and line."""
    place = Place(template.filename if template else None)
    frame = error.__traceback__
    while frame:
        file = frame.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            place = Place(file, frame.tb_lineno)
        frame = frame.tb_next
    return place
