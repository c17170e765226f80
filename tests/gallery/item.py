"""One file of the gallery."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable


@dataclass
class Item:
    """One file. `make` writes it and gives back the samples, and the model to compare with if that is another."""

    name: str
    architecture: str
    source: str
    exporter: str
    opset: int
    batch: str
    make: Callable[[Path], tuple]
    variant: str = ""
    environment: str = "torch"
    # Of files that cannot run: a part of the sentence that says so.
    refused: str = ""

    def facts(self):
        return {"name": self.name, "architecture": self.architecture, "source": self.source, "exporter": self.exporter,
                "opset": self.opset, "batch": self.batch, "variant": self.variant, "refused": self.refused}
