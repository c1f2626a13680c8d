"""Mends that are certain: each undoes the fault, and nothing else."""

import pytest

from newsletter.checks import checks
from newsletter.checks.fixes import mended
from newsletter.issue.parse import parse
from newsletter.issue.write import write
from tests.checks.mutators import mutants
from tests.checks.test_corpus import ISSUES, of_mutant, sound

UNDONE = {
    "through_a_mail_filter",
    "from_a_search",
    "from_a_network",
    "small_word_twice",
    "long_word_twice",
}
"""Faults after whose mend the issue is what it was."""


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
def test_a_mend_undoes_its_fault(path):
    context = sound(path).context
    done = set()
    for check, name, mutant in mutants(context.issue, context.now):
        if name not in UNDONE:
            continue
        (finding,) = [one for one in checks()[check].find(of_mutant(path, mutant)) if one.place.item == mutant.item]
        source = mended(write(mutant.issue), finding)
        assert parse(source, file="issue", slug=context.issue.slug).issue == context.issue, name
        done.add(name)
    assert len(done) >= 3


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
def test_after_a_mend_the_check_is_content(path):
    context = sound(path).context
    seen = 0
    for check, name, mutant in mutants(context.issue, context.now):
        if check not in {"link-tracking", "link-mail-phone", "double-words"}:
            continue
        for finding in checks()[check].find(of_mutant(path, mutant)):
            if finding.fix:
                issue = parse(mended(write(mutant.issue), finding), file="issue", slug=context.issue.slug).issue
                assert issue is not None
                left = checks()[check].find(of_mutant(path, type(mutant)(issue)))
                assert finding.message not in [one.message for one in left], name
                seen += 1
    assert seen >= 5
