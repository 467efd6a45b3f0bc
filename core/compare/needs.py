"""What a reference has to have to be compared with a port: nothing is computed that the port says nothing of."""

from ..run import Run, StageName

_FROM_FEATURES = {"features", "padded", "tensors"}


def last_stage(port: Run) -> StageName:
    """Give how far the reference has to be computed: without features there is no need of an encoder."""
    named = {*port.stages, *port.statistics}
    return "tensors" if named & _FROM_FEATURES else "windows" if "windows" in named else "mel"


def needs_encoder(port: Run, *, diagnose: bool) -> bool:
    """Tell whether the port's features are judged on its own input, or faults are run that no mel shows."""
    judged = "features" in port and ("mel" in port or "windows" in port)
    return judged or (diagnose and bool(_FROM_FEATURES & {*port}))
