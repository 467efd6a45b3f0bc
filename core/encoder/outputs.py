"""ONNX models cut down to one of their outputs, for ONNX Runtime computes all of them whichever is asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto


def only_output(model: bytes, name: str) -> bytes:
    """Give a model that computes this output and nothing that it does not need."""
    import onnx  # noqa: PLC0415  slow to import, and few models have two outputs

    proto = onnx.load_model_from_string(model)
    graph, needed, nodes = proto.graph, {name}, []
    for node in reversed(graph.node):  # a node stands behind those it takes its inputs from
        if needed.intersection(node.output):
            needed.update(_read(node))
            nodes.append(node)
    outputs = [output for output in graph.output if output.name == name]
    kept = [node.SerializeToString() for node in reversed(nodes)]
    del graph.node[:], graph.output[:]
    graph.node.extend(map(onnx.NodeProto.FromString, kept))
    graph.output.extend(outputs)
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
