"""The reference of all kinds of blocks, made of their classes."""

from collections.abc import Iterator
from inspect import cleandoc

from .block import Block, Parameter, parameters
from .kinds.table import KINDS

GROUPS = {
    "signal": "Blocks on the signal",
    "frames": "Frames",
    "spectrum": "Spectrum",
    "values": "Values",
    "rows": "Rows",
    "model": "Model input",
}


def reference_page() -> str:
    """Give the reference as Markdown: every kind with its parameters, what they may be, and what they are."""
    return "\n".join(_lines()) + "\n"


def kind_text(kind: str) -> str:
    """Give one kind as plain text, for a terminal."""
    block = KINDS[kind]
    lines = [f"{kind}: {_sentence(block)}"]
    lines += [f"  {each.name}: {each.sentence} ({_allowed(each)})" for each in parameters(block).values()]
    return "\n".join(lines).replace("`", "")


def _lines() -> Iterator[str]:
    yield "# Kinds of blocks"
    yield ""
    yield "A recipe is a chain of blocks. Each `[[block]]` says its `kind` and the parameters below; a parameter with a"
    yield "default may be left out, and then does nothing. Every block may also have `stage`, `axes` and `dtype`: its"
    yield "output is then a stage of that name, with the axes in this order and values of this type."
    for group, title in GROUPS.items():
        yield ""
        yield f"## {title}"
        for kind, block in KINDS.items():
            if block.group == group:
                yield from _kind(kind, block)


def _kind(kind: str, block: type[Block]) -> Iterator[str]:
    yield ""
    yield f"### `{kind}`"
    yield ""
    yield _sentence(block)
    own = [each for each in parameters(block).values() if each.name not in ("stage", "axes", "dtype")]
    if own:
        yield ""
        yield "| parameter | what it is | what it may be |"
        yield "| --- | --- | --- |"
    for each in own:
        yield f"| `{each.name}` | {each.sentence.replace('|', chr(92) + '|')} | {_allowed(each)} |"


def _sentence(block: type[Block]) -> str:
    return cleandoc(block.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def _allowed(parameter: Parameter) -> str:
    default = parameter.default
    if parameter.required:
        return parameter.allowed
    shown = {True: "true", False: "false"}.get(default, default) if isinstance(default, bool) else default
    return f"{parameter.allowed}; default {shown if shown not in ('', ()) else 'empty'}"
