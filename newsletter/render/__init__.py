"""From an issue to what is mailed: HTML and text, once for all readers."""

from newsletter.render.fields import Filled, fill, value_for
from newsletter.render.pipeline import render
from newsletter.render.rendering import Assets, Calendar, FieldUse, Organisation, Picture, Rendering
from newsletter.render.templates import TemplateError
from newsletter.render.theme import Theme, ThemeError, load_theme

__all__ = [
    "Assets",
    "Calendar",
    "FieldUse",
    "Filled",
    "Organisation",
    "Picture",
    "Rendering",
    "TemplateError",
    "Theme",
    "ThemeError",
    "fill",
    "load_theme",
    "render",
    "value_for",
]
