"""Work in a process beside this one: what goes over comes back as it was."""

import numpy as np
from framescope.core.base.beside import pack, unpack


def test_values_go_over_as_they_are() -> None:
    value = {"mel": np.arange(12, dtype=np.float32).reshape(3, 4), "order": np.asfortranarray(np.eye(3)), "name": "go"}
    parts = pack(value)
    back = unpack(b"".join(map(bytes, parts)))
    assert isinstance(back, dict)
    assert back["name"] == "go"
    for name in ("mel", "order"):
        np.testing.assert_array_equal(back[name], value[name])
        assert back[name].dtype == value[name].dtype
        assert not back[name].flags.writeable
