"""Two people's changes of one thing: nobody's is lost, and both are never half there."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.merging import merge

values = st.one_of(
    st.none(),
    st.sampled_from(["", "a", "b", "c"]),
    st.lists(st.sampled_from("abc"), max_size=3).map(tuple),
    st.lists(st.fixed_dictionaries({"label": st.sampled_from("abc")}), max_size=3).map(tuple),
)
things = st.fixed_dictionaries({"one": values, "two": values})


@given(things, things, things)
def test_nothing_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs)
    for name in base:
        if name in merged.conflicts:
            assert merged.values[name] == theirs[name]
            assert base[name] not in (mine[name], theirs[name])
            assert mine[name] != theirs[name]
        elif mine[name] == base[name]:
            assert merged.values[name] == theirs[name]
        elif theirs[name] in (base[name], mine[name]):
            assert merged.values[name] == mine[name]
        else:  # only lists of one length are put together, each entry from one of the two
            assert len(merged.values[name]) == len(mine[name]) == len(theirs[name])
            for whole, three in zip(
                merged.values[name], zip(base[name], mine[name], theirs[name], strict=True), strict=True
            ):
                before, own, other = three
                assert whole == (other if own == before else own)
                assert before in (own, other) or own == other


@given(things, things)
def test_who_is_alone_gets_what_they_wrote(base, mine):
    assert merge(base, mine, base).values == mine
    assert merge(base, mine, base).conflicts == merge(base, base, mine).conflicts == ()
    assert merge(base, base, mine).values == mine


@given(things, things, things)
def test_it_does_not_matter_who_saves_first(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert set(one.conflicts) == set(other.conflicts)
    assert all(one.values[name] == other.values[name] for name in base if name not in one.conflicts)


def test_what_only_they_changed_is_told():
    merged = merge({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 5, "b": 1})
    assert merged.theirs == ("a",)
    assert merged.values == {"a": 5, "b": 2}


def test_entries_of_a_list_are_never_mixed_with_one_another():
    base = ({"label": "A", "url": 1}, {"label": "B", "url": 1})
    swapped, changed = base[::-1], ({"label": "A", "url": 9}, base[1])
    assert merge({"links": base}, {"links": swapped}, {"links": changed}).conflicts == ("links",)


def test_fields_that_a_form_does_not_have_stay_as_they_are():
    assert merge({"a": 1, "b": 1}, {"a": 2}, {"a": 1, "b": 7}).values == {"a": 2, "b": 7}
