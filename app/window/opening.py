"""Opening a recording with an encoder, and saying which one its features are computed with."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...core.base.resources import STAND_IN
from ...widgets.label import Label
from ..encoder_choice import Origin, encoder_text, find_encoder, named_by
from .inspection import Inspection
from .recipes import SESSION_READING

if TYPE_CHECKING:
    from ...core.encoder.choice import EncoderChoice


class Opening(QObject):
    """Opens recordings, and chooses their encoder."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection, self._model = inspection, inspection.model
        self._lost: tuple[Path, str] | None = None
        """A recording, and the encoder that was named for it and is gone."""
        self.encoder = Label()
        """Which encoder is used and who named it, or which recipe."""
        self._model.cleared.connect(self.encoder.clear)
        self._model.stage_ready.connect(self._on_stage)

    def open(self, path: str | Path, encoder: str | None = None, origin: Origin = "session") -> None:
        """Open a recording; everything is computed in the background.

        Parameters
        ----------
        encoder, origin : str or None, str
            The encoder of this recording, and who named it; where its file is gone the usual one is taken, and that is
            said beside its name.
        """
        self._inspection.jobs.cancel(SESSION_READING)
        gone = encoder not in {None, STAND_IN} and not os.path.isfile(encoder or "")
        self._lost = (Path(path), str(encoder)) if gone else None
        self._model.open(path, self._usual_encoder() if gone or encoder is None else named_by(origin, encoder))

    def use_encoder(self, encoder: str | None, origin: Origin = "remembered") -> None:
        """Compute the features with another encoder; None: with the one that is used where none is named."""
        self._lost = None
        self._model.set_encoder(self._usual_encoder() if encoder is None else named_by(origin, encoder))

    def _usual_encoder(self) -> "EncoderChoice":
        """Give the encoder where none is named; what is remembered may not have reached the disk yet."""
        return find_encoder(settings=self._inspection.remembering.settings())

    def _on_stage(self, name: str) -> None:
        model = self._model
        if not model.is_original:
            self.encoder.setText(f"recipe: {model.recipe.label}")
        elif name == model.encoded_stage:
            assert model.encoder is not None
            lost = self._lost[1] if self._lost and self._lost[0] == model.path else ""
            gone = f" (the session's {Path(lost).name} is gone)" if lost else ""
            self.encoder.setText(encoder_text(model.encoder, model.encoder_choice) + gone)
            self.encoder.setToolTip(lost)
