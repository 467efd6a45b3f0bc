"""ONNX models cut down to what is wanted of them, for ONNX Runtime computes all outputs whichever is asked for."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..base.checking import nearest
from ..base.errors import InputError

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto


def only_outputs(model: bytes, names: Sequence[str]) -> bytes:
    """Give a model that computes these outputs and nothing that they do not need.

    Parameters
    ----------
    model : bytes
        An ONNX model.
    names : sequence of str
        Its outputs, or tensors of its inside, which become outputs.

    Raises
    ------
    InputError
        The model has no tensor of that name; the sentence has the nearest.
    """
    import onnx  # noqa: PLC0415  slow to import, and few models have two outputs

    proto = onnx.load_model_from_string(model)
    graph, needed, nodes = proto.graph, {*names}, []
    declared = {output.name: output for output in graph.output}
    made = [name for node in graph.node for name in node.output if name]
    for name in names:
        if name not in made and name not in declared:
            near = nearest(name, made)
            raise InputError(f"the graph has no tensor {name!r:.100}" + (f"; did you mean {near!r}?" if near else ""))
    for node in reversed(graph.node):  # a node stands behind those it takes its inputs from
        if needed.intersection(node.output):
            needed.update(_read(node))
            nodes.append(node)
    outputs = [declared.get(name) or onnx.ValueInfoProto(name=name) for name in names]
    serialised = [output.SerializeToString() for output in outputs]
    kept = [node.SerializeToString() for node in reversed(nodes)]
    del graph.node[:], graph.output[:]
    graph.node.extend(map(onnx.NodeProto.FromString, kept))
    graph.output.extend(map(onnx.ValueInfoProto.FromString, serialised))
    complete: bytes = proto.SerializeToString(deterministic=True)
    return complete


def _read(node: "NodeProto") -> Iterator[str]:
    """Give the names of all values that a node reads, those its subgraphs take from around them among them."""
    yield from node.input
    for attribute in node.attribute:
        for graph in [attribute.g, *attribute.graphs]:
            yield from _read_by(graph)


def _read_by(graph: "GraphProto") -> Iterator[str]:
    for node in graph.node:
        yield from _read(node)
    for output in graph.output:
        yield output.name
