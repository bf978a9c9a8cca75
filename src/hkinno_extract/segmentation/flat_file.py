"""Arrays in one file, mapped into memory: workers share its pages, and opening it reads only the header.

In: named arrays and a few plain facts. Out: the same, read-only. Layout: magic, length of the header, header as JSON (facts, and of each
array its type, shape and offset), then the arrays, each on a boundary of 64 bytes.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_MAGIC = b"HKSEG\0\0\1"
_ALIGN = 64


def write_flat(path: Path, arrays: Mapping[str, Array], facts: Mapping[str, Any]) -> None:
    """Writes the file beside `path` and renames it, so that a reader finds the old one or the whole new one."""
    directory, offset = {}, 0
    for name, array in arrays.items():
        directory[name] = {"type": array.dtype.str, "shape": array.shape, "offset": offset}
        offset += -(-array.nbytes // _ALIGN) * _ALIGN
    header = json.dumps({"facts": dict(facts), "arrays": directory}).encode()
    header += b" " * (-(len(header) + 16) % _ALIGN)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as out:
            out.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            for array in arrays.values():
                out.write(np.ascontiguousarray(array).data)
                out.write(b"\0" * (-array.nbytes % _ALIGN))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_flat(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and facts of the file. Raises OSError where it cannot be read and ValueError where it is not such a file, or cut short."""
    with path.open("rb") as handle:
        mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[:8] != _MAGIC:
        raise ValueError("not a file of arrays")
    size = int.from_bytes(mapped[8:16], "little")
    header = json.loads(mapped[16 : 16 + size])
    arrays = {}
    for name, entry in header["arrays"].items():
        dtype, shape = np.dtype(entry["type"]), tuple(entry["shape"])
        count = int(np.prod(shape))
        if 16 + size + entry["offset"] + count * dtype.itemsize > len(mapped):
            raise ValueError("the file is cut short")
        arrays[name] = np.frombuffer(mapped, dtype, count, 16 + size + entry["offset"]).reshape(shape)
    return arrays, header["facts"]
