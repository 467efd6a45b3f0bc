"""The JUnit report: one test case a stage, for build servers that read nothing else."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ..base.printable import printable
from ..compare.comparison import Comparison
from ..compare.stage import StageComparison
from .json_report import Compared, Failure, listed
from .made import made_by
from .text import report_text


def report_junit(compared: Compared | Sequence[Compared]) -> str:
    """Write a test suite a port: stages that differ fail, stages that cannot be compared are skipped.

    A port that could not be compared at all is a suite with one error.
    """
    root = ET.Element("testsuites", name="framescope")
    for each in listed(compared):
        if isinstance(each, Failure):
            _error(root, each)
        else:
            _suite(root, each)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _suite(root: ET.Element, comparison: Comparison) -> None:
    verdicts = [found.verdict for found in comparison.stages]
    counts = {"tests": len(verdicts), "failures": verdicts.count("differ"), "skipped": verdicts.count("not comparable")}
    attributes = {"name": comparison.port.name, "errors": "0"} | {name: str(n) for name, n in counts.items()}
    suite = ET.SubElement(root, "testsuite", attributes)
    properties = ET.SubElement(suite, "properties")
    for name, value in made_by().items():
        ET.SubElement(properties, "property", name=name, value=value)
    for found in comparison.stages:
        _case(suite, found, comparison)
    ET.SubElement(suite, "system-out").text = report_text(comparison)


def _error(root: ET.Element, failure: Failure) -> None:
    suite = ET.SubElement(root, "testsuite", name=failure.name, tests="1", failures="0", errors="1", skipped="0")
    case = ET.SubElement(suite, "testcase", classname=f"framescope.{failure.name}", name="port")
    ET.SubElement(case, "error", message=failure.error, type="not comparable")


def _case(suite: ET.Element, found: StageComparison, comparison: Comparison) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"framescope.{comparison.port.name}", name=found.stage)
    if found.verdict == "differ":
        failure = ET.SubElement(case, "failure", message=printable(found.reason), type="differ")
        failure.text = "\n".join(
            f"{place.text}: {place.reference:.9g} against {place.port:.9g}" for place in found.worst
        )
    elif found.verdict == "not comparable":
        ET.SubElement(case, "skipped", message=printable(found.reason))
