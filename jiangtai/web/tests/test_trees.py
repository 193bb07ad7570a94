"""A tree opens branch by branch, a hundred at a time, with a script and without."""

import pytest

from jiangtai.web import OFFICE, Branch, Node, TreePage

from .acting import acting, ask, text_of

pytestmark = pytest.mark.django_db
SIZES = {None: 2, "a": 240}


class Units(TreePage):
    """Two tops, one of them with two hundred and forty children."""

    permission, title = OFFICE, "组织树"

    def children(self, parent_id, offset):
        """Invented."""
        total = SIZES.get(parent_id, 0)
        names = ["a", "b"] if parent_id is None else [f"{parent_id}{number}" for number in range(total)]
        cut = names[offset : offset + self.step]
        return Branch([Node(name, f"单位{name}", has_children=name in SIZES) for name in cut], total)


def items(response):
    """How many nodes were drawn."""
    return text_of(response).count('class="node"')


def test_the_top_is_drawn_closed():
    page = ask(Units, acting())
    assert items(page) == 2
    assert 'aria-expanded="false"' in text_of(page)
    assert 'aria-setsize="2"' in text_of(page)


def test_the_address_opens_a_branch_where_no_script_runs():
    page = ask(Units, acting(), "/x/?open=a")
    assert items(page) == 102
    assert "还有 140 个" in text_of(page)


def test_a_script_gets_one_branch_and_then_the_rest():
    page = ask(Units, acting(), "/x/?under=a&level=2", target="x")
    assert items(page) == 100
    assert "<html" not in text_of(page)
    assert 'aria-level="2"' in text_of(page)
    assert items(ask(Units, acting(), "/x/?under=a&level=2&from=200", target="x")) == 40


@pytest.mark.parametrize("query", ["?from=-1", "?from=x", "?from=99999999999999", "?open=nobody", "?under=nobody"])
def test_nonsense_in_the_address_is_no_error(query):
    assert ask(Units, acting(), f"/x/{query}").status_code == 200
