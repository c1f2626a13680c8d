"""Faults put into sound issues, as people make them. Nothing here knows how faults are found."""

from tests.checks.mutators import dates, links, words
from tests.checks.mutators.made import MUTATORS, Mutant, mutants

__all__ = ["MUTATORS", "Mutant", "dates", "links", "mutants", "words"]
