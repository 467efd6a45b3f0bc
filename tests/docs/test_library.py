"""The examples on the library's page do what they show."""

import doctest

from helpers.markdown import PAGES, blocks


def test_examples() -> None:
    examples = "\n".join(blocks(PAGES["library.md"], "pycon"))
    test = doctest.DocTestParser().get_doctest(examples, {}, "library.md", "docs/library.md", 0)
    result = doctest.DocTestRunner().run(test)
    assert result.attempted > 15
    assert result.failed == 0
