"""The map of a corpus as it fits a screen: the answer first, then causes, stages, and the recordings to look at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..base.printable import printable
from ..corpus.baseline import Movement
from ..corpus.corpus_map import CauseShare, CorpusMap, Unusual
from .corpus_data import open_command
from .formatting import error_text, share_text
from .text import answered, section

_MAX_LISTED = 10
_MAX_GROUPS = 6


def corpus_report(corpus: CorpusMap, moved: Sequence[Movement] | None = None) -> RenderableType:
    """Lay out the map for a rich console; `moved` is what an earlier run differs in, where there is one."""
    return Group(_answer(corpus), *_causes(corpus), _stages(corpus), *_recordings(corpus), *_moved(moved))


def computed_report(corpus: CorpusMap) -> RenderableType:
    """Lay out what was computed into a data set."""
    table = corpus.table
    done, failed = int((table.state == "computed").sum()), len(corpus.failed)
    text = Text(f"{done:,} of {len(table):,} recordings computed: {table.about.get('stages', '')}")
    return Group(text, *section("failed", _failed(corpus))) if failed else text


def groups_text(share: CauseShare) -> str:
    """Write on which groups a cause lies: ``rate 44100 100 %, 16000 0 %``; empty where none tells it."""
    shares = sorted(share.groups.get(share.column, {}).items(), key=lambda each: (-each[1], each[0]))
    if not shares:
        return ""
    texts = [f"{value} {share_text(part)}" for value, part in shares[:_MAX_GROUPS]]
    more = [f"{len(shares) - _MAX_GROUPS} more"] if len(shares) > _MAX_GROUPS else []
    return f"{share.column} {', '.join(texts + more)}"


def movement_text(moved: Movement) -> str:
    """Write how a recording moved: ``a.wav: worse, agree -> differ``."""
    verdicts = f"{moved.before or 'not there'} -> {moved.after or 'not there'}"
    if moved.before == moved.after:
        verdicts = (
            f"{moved.after}, {error_text(moved.before_severity)} -> {error_text(moved.after_severity)} tolerances"
        )
    return f"{moved.audio}: {moved.change}, {verdicts}"


def unusual_text(corpus: CorpusMap, unusual: Unusual) -> str:
    """Write which causes a recording has beside those of its group, and which it lacks."""
    more = [f"has {cause}" for cause in unusual.more]
    missing = [f"lacks {cause}" for cause in unusual.missing]
    return f"{corpus.table.audio[unusual.row]}: {', '.join(more + missing)}"


def _answer(corpus: CorpusMap) -> Text:
    table, counts = corpus.table, corpus.counts
    compared = int(table.compared.sum())
    facts = f"{counts['differ']:,} of {compared:,} recordings differ, {share_text(corpus.agreeing)} agree"
    asides = {
        "failed": len(corpus.failed),
        "without a dump": int((table.state == "no dump").sum()),
        "not comparable": counts["not comparable"],
    }
    more = "".join(f", {count:,} {what}" for what, count in asides.items() if count)
    return answered(corpus.verdict, f"{facts}{more}, profile {table.about.get('profile', '')}")


def _causes(corpus: CorpusMap) -> Iterator[Text]:
    lines = [f"{each.cause} on {share_text(each.share)}{_where(each)}" for each in corpus.causes]
    if corpus.unexplained:
        lines.append(f"unexplained on {share_text(corpus.unexplained)}")
    yield from section("causes", lines)


def _where(share: CauseShare) -> str:
    return f": {text}" if (text := groups_text(share)) else ""


def _stages(corpus: CorpusMap) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    for header in ("recordings", "agree", "RMSE 5 %", "median", "95 %", "largest"):
        table.add_column(header, justify="right", no_wrap=True)
    for each in corpus.stages:
        low, _, median, _, high = map(error_text, each.quantiles)
        figures = f"{each.recordings:,}", share_text(each.agreeing), low, median, high, error_text(each.largest)
        table.add_row(each.stage, *figures)
    return table


def _recordings(corpus: CorpusMap) -> Iterator[Text]:
    unusual = [unusual_text(corpus, each) for each in corpus.unusual]
    yield from section("not like the others of their group", _shortened(unusual))
    yield from section("worst", (open_command(corpus, row) for row in corpus.worst.tolist()))
    yield from section("failed", _shortened(_failed(corpus)))


def _failed(corpus: CorpusMap) -> list[str]:
    return [f"{corpus.table.audio[row]}: {corpus.table.error[row]}" for row in corpus.failed.tolist()]


def _moved(moved: Sequence[Movement] | None) -> Iterator[Text]:
    if moved is None:
        return
    counts = Counter(each.change for each in moved)
    facts = ", ".join(f"{count:,} {change}" for change, count in counts.items()) or "nothing moved"
    yield Text(f"against the baseline: {facts}", "bold")
    order = {"worse": 0, "better": 1, "new": 2, "gone": 3}
    for text in _shortened([movement_text(each) for each in sorted(moved, key=lambda each: order[each.change])]):
        yield Text(f"  {printable(text)}")


def _shortened(lines: Sequence[str]) -> Iterable[str]:
    yield from lines[:_MAX_LISTED]
    if len(lines) > _MAX_LISTED:
        yield f"and {len(lines) - _MAX_LISTED:,} more"
