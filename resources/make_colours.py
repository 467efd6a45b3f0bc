"""Make colours.npz: the colour maps as tables, so that nothing has to be looked up in a catalogue when a window opens.

Run by `make resources`; the names are those of the cmap library's catalogue.
"""

from pathlib import Path

import numpy as np
from cmap import Colormap

NAMES = ("viridis", "cividis", "magma", "inferno", "plasma", "gray", "vik", "berlin")

if __name__ == "__main__":
    tables = {name: (Colormap(name).lut(256)[:, :3] * 255).round().astype(np.uint8) for name in NAMES}
    np.savez(Path(__file__).parent / "colours.npz", allow_pickle=False, **tables)
