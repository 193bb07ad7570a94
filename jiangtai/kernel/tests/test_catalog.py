"""A basis is told as users know it."""

import pytest

from jiangtai.kernel import basis_words


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("003#8.1", "《产业工人队伍建设改革实施方案》第八条"),
        ("003#10", "《产业工人队伍建设改革实施方案》第十条"),
        ("003#14.2", "《产业工人队伍建设改革实施方案》第十四条"),
        ("003#20", "《产业工人队伍建设改革实施方案》第二十条"),
        ("003#22.3", "《产业工人队伍建设改革实施方案》第二十二条"),
        ("000", "参考资料 000"),
        ("law: GB/T 9704-2012", "GB/T 9704-2012"),
        ("ours", ""),
    ],
)
def test_a_basis_in_words(basis, words):
    assert basis_words(basis) == words
