"""Any ONNX model as a block: rows in, rows out, and tensors of its inside as further stages."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Annotated, ClassVar

from ...base.arrays import NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ...base.resources import STAND_IN
from ...encoder.graph import Graph, listed
from ...stages.features import encode_features
from ..block import Block, Context, Level, named_file, parameter
from ..graph_runs import MAX_RUN_BYTES, Feeding, Tail, run_graph
from ..items import Items
from ..laid import ROW, Laid
from ..trace import Spread, check_spread, spread
from .values import MAX_ROWS

Rows = Annotated[float, Range(0, MAX_ROWS)]
Count = Annotated[int, Range(0, MAX_ROWS)]
MAX_TENSORS = 256
"""Inputs that are fed, and further stages: a network of 100 layers has as many worth looking at."""
_MIN_FURTHER = 3
"""A further stage has its name, its tensor, and at least one axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onnx(Block):
    """Run an ONNX model on the rows or samples, in a process of its own with limits of time and memory."""

    kind: ClassVar[str] = "onnx"
    group: ClassVar = "model"
    takes: ClassVar[tuple[Level, ...]] = ("signal", "frames", "spectrum", "rows")
    gives: ClassVar[Level | None] = "rows"
    files: ClassVar = ("file",)

    file: str = parameter(
        "the ONNX file, in the recipe's folder, or stand-in, the encoder's weights that ship with Framescope; "
        "weights in further files lie beside it"
    )
    input: str = parameter("name of the input that the rows go into")
    output: str = parameter("name of the output that the block gives")
    input_axes: tuple[str, ...] = parameter(
        "axes of the input: row (which counts rows, samples, or the items of a batch), one (of length 1), and the "
        "numbers of an item's axes from 0 on; such as row, one, 1, 0 where windows (16, 80) go into (batch, 1, 80, 16)"
    )
    output_axes: tuple[str, ...] = parameter(
        "axes of the output, alike; without row each run gives one row; samples that give row alone are a signal again"
    )
    batch: Count = parameter(
        "new rows in each run; 0: as many as the graph declares, or all at once", "rows", default=0
    )
    tail: Tail = parameter(
        "a last run with fewer rows: goes in as short as it is, is filled up with zeros, or is dropped", default="short"
    )
    context: Count = parameter(
        "rows before the new ones that go in again in front of them, zeros in the first run", "rows", default=0
    )
    state: tuple[tuple[str, str], ...] = parameter(
        "pairs of an input and the output that it gets from the run before; it begins with zeros, and is 1 long where "
        "the graph leaves its length free",
        default=(),
    )
    constants: tuple[tuple[str, float], ...] = parameter(
        'pairs of an input and its value, such as ["sr", 16000]', default=()
    )
    lengths: tuple[str, ...] = parameter("inputs that get the number of rows of the run", default=())
    stages: tuple[tuple[str, ...], ...] = parameter(
        "further stages: each a list of its name, the name of a tensor inside the graph, and that tensor's axes",
        default=(),
    )
    start: Annotated[float, Range(-MAX_ROWS, MAX_ROWS)] = parameter(
        "first row that the output's first row is made of, where step is given", "rows", default=0.0
    )
    step: Rows = parameter(
        "rows from one row of the output to the next; 0: the rows of a run are shared out evenly", "rows", default=0.0
    )
    span: Rows = parameter("rows that a row of the output is made of; 0: step", "rows", default=0.0)

    def check(self) -> None:
        """Axes in their words, and every input fed once."""
        Laid(self.input_axes).check("input_axes", (1,))
        Laid(self.output_axes).check("output_axes", (0, 1))
        for what, count in (("inputs", len(self._fed)), ("stages", len(self.stages))):
            if count > MAX_TENSORS:
                raise InputError(f"names {count} {what}; it may name at most {MAX_TENSORS}")
        for each in self.stages:
            if len(each) < _MIN_FURTHER:
                raise InputError(f"stages {list(each)}: each is a list of a name, a tensor and that tensor's axes")
            Laid(each[2:]).check(f"stages {each[0]!r:.60}", (0, 1))
        for name in self._fed:
            if self._fed.count(name) > 1:
                raise InputError(f"the input {name!r:.100} is fed more than once; name it once")
        check_spread(self.start, self.step, self.span, "rows")

    @property
    def further(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The tensors of the inside, in the order of the graph where they are tables."""
        return tuple((name, _axes(axes)) for name, _, *axes in self.stages)

    @property
    def _fed(self) -> list[str]:
        others = (*self.state, *self.constants)
        return [self.input, *(pair[0] for pair in others), *self.lengths]

    def check_files(self, folder: Path) -> None:
        """Raise InputError where the graph is not what the parameters say; the sentence says what it has."""
        self._opened(folder)

    def apply(self, items: Items, context: Context) -> Items:
        """Run the model over all rows.

        Raises
        ------
        InputError
            A graph that cannot be opened, does not have what is named, does not fit the rows, or fails.
        """
        if context.encoder is not None and self.file == STAND_IN:
            return self.encoded(items, encode_features(items.array, context.encoder, tick=context.tick))
        graph = self._opened(context.folder)
        laid, source = Laid(self.input_axes), graph.input(self.input)
        laid.check_items(source, items.item_shape)
        feeding = Feeding(
            self.input, laid, self._rows(graph), self.context, self.tail, self.state, self.constants, self.lengths
        )
        if (size := laid.rows_of(source)) and self.tail == "short" and len(items) % feeding.rows:
            raise InputError(
                f"the graph takes {size} rows at a time ({source}), and {len(items)} do not divide into such runs; "
                "say tail = 'zeros' or 'drop', or put fit_rows before it"
            )
        wanted = {self.output: Laid(self.output_axes)} | {tensor: Laid(tuple(a)) for _, tensor, *a in self.stages}
        made = run_graph(graph, feeding, items.array, wanted, context.tick)
        further = tuple((name, self._items(items, *made[tensor])) for name, tensor, *_ in self.stages)
        rows, step = made[self.output]
        output = self._items(items, rows[:, 0] if self._is_signal(items.item_shape) else rows, step)
        if self.step:
            output = replace(output, clock=None, links=(spread(self.start, self.step, self.span), *items.links))
        return replace(output, further=further)

    def encoded(self, items: Items, rows: NDArray) -> Items:
        """Give what an encoder has made, one row of each item, as the block's output."""
        return self._items(items, rows, Fraction(1))

    def leads_to(self, level: Level) -> Level:
        """Samples that become samples are a signal; whatever else a model gives are rows."""
        return "signal" if level == "signal" and self._is_signal(()) else "rows"

    def _is_signal(self, item_shape: tuple[int, ...]) -> bool:
        return not item_shape and ROW in self.output_axes and not Laid(self.output_axes).numbers

    def _opened(self, folder: Path) -> Graph:
        """Open the graph, and hold what the parameters say against what it declares."""
        outputs = [self.output, *(output for _, output in self.state)]
        graph = Graph(named_file(folder, self.file), outputs, [tensor for _, tensor, *_ in self.stages])
        for name in self._fed:
            tensor = graph.input(name)
            if not tensor.numeric or prod(tensor.least) * 8 > MAX_RUN_BYTES:
                raise InputError(f"the graph's input {tensor} does not hold numbers, or more than can be given")
        if spare := {name: tensor for name, tensor in graph.inputs.items() if name not in self._fed}:
            raise InputError(f"the graph also has the input {listed(spare)}; name it in constants, lengths or state")
        for name in outputs:
            graph.output(name)
        Laid(self.input_axes).check_declared("input_axes", graph.input(self.input))
        Laid(self.output_axes).check_declared("output_axes", graph.output(self.output))
        self._rows(graph)
        return graph

    def _rows(self, graph: Graph) -> int:
        """Give how many new rows go into each run; 0: all."""
        source = graph.input(self.input)
        size = Laid(self.input_axes).rows_of(source)
        wanted = self.batch or max(size - self.context, 0)
        if size and (wanted + self.context != size or not wanted):
            raise InputError(
                f"batch {self.batch} with context {self.context} does not fit the graph's input {source}, "
                f"which takes {size} rows at a time"
            )
        return wanted

    def _items(self, items: Items, rows: NDArray, step: Fraction) -> Items:
        """Give rows of the model's with the way back to those they were made of, evenly shared out."""
        link = Spread(Fraction(-self.context), step, step + self.context)
        clock = items.clock if step == 1 else None
        return replace(items, array=rows, hz=None, clock=clock, cut=None, links=(link, *items.links))


def _axes(axes: list[str]) -> tuple[str, ...]:
    """Name the axes of a table whose rows are its columns; others are named by default, rows first."""
    kept = [axis for axis in axes if axis != "one"]
    return ("value", "column") if kept == ["0", ROW] else ()
