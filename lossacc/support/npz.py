"""Files of arrays (`.npz`, a zip of `.npy` files): written without pickles, read within bounds.

`numpy.load` reads whatever a file claims to hold: a small file may take all memory, and a damaged
one raises errors of six libraries. Here every size is looked at before anything is read, the head
of an array is matched against what NumPy writes, and every refusal says in words what is wrong.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, cast

import numpy as np
import numpy.typing as npt

from lossacc.support.files import told

_PIECE = 2**20  # bytes: no more is read at once
_LARGE = 100e6  # bytes above which packing takes a minute, and saves 7 % of what logits take
_HEAD = 1000  # characters that the head of an array may have
_MAGIC = b"\x93NUMPY"
_END = 22  # bytes of the record that ends a zip without a comment
# What NumPy and others write, but for spaces.
_HEADER = re.compile(
    r"\{'descr':'([<>|](?:f[248]|[iu][1248]|b1|U[1-9]\d{0,7}))',"
    r"'fortran_order':(True|False),'shape':\(((?:\d{1,9},){0,8}(?:\d{1,9})?)\),?\}\n?"
)

Array = npt.NDArray[Any]
Order = Literal["C", "F"]


class TooLarge(ValueError):
    """The arrays take more room than allowed."""


class _Refused(ValueError):
    """The file is not what it should be."""


def write_npz(file: BinaryIO, arrays: Mapping[str, Any], *, compress: bool = True) -> None:
    """Write arrays by name.

    Raises
    ------
    ValueError
        If one holds objects.
    """
    small = sum(np.asanyarray(values).nbytes for values in arrays.values()) <= _LARGE
    how = zipfile.ZIP_DEFLATED if compress and small else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(values), allow_pickle=False)


def read_npz(path: Path, *, known: re.Pattern[str], max_bytes: float) -> dict[str, Array]:
    """Read arrays of numbers and texts, by name.

    Parameters
    ----------
    path
        An ordinary file.
    known
        What every name must match.
    max_bytes
        The most that the arrays may take, unpacked.

    Raises
    ------
    OSError
        If it cannot be opened.
    TooLarge
        If the arrays take more.
    ValueError
        If it is no such file; the sentence says why, and does not name it.
    """
    with told(path, "read"):
        opened = _Careful(path)
    try:
        with opened, zipfile.ZipFile(opened) as archive:
            members = _checked(archive, known, max_bytes)
            return {name: _read(archive, info) for name, info in members.items()}
    except (_Refused, TooLarge):
        raise
    except MemoryError as error:
        raise TooLarge("its arrays do not fit into the memory of this computer") from error
    except Exception as error:  # zipfile and zlib raise a dozen classes, and document few
        raise _Refused("it is no .npz file, or a damaged one") from error


class _Careful(io.FileIO):
    """A file that is read in small pieces only: the directory of a zip may claim any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, or refuse."""
        if size is not None and size > _PIECE:
            raise _Refused(f"it claims a directory of {size} bytes; expected {_PIECE} at most")
        return super().read(size) or b""


def _checked(
    archive: zipfile.ZipFile, known: re.Pattern[str], max_bytes: float
) -> dict[str, zipfile.ZipInfo]:
    """Give the members by name, or refuse them; nothing is unpacked yet."""
    members: dict[str, zipfile.ZipInfo] = {}
    if _told(archive) != len(archive.infolist()):
        raise _Refused("its directory has not as many entries as its end tells")
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name == info.filename or not known.fullmatch(name):
            raise _Refused(f"it holds {info.filename!r:.60}, which is no part of it")
        if name in members:
            raise _Refused(f"it holds {name!r} twice")
        if info.flag_bits & 1:
            raise _Refused(f"its {name!r} is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Refused(f"its {name!r} is packed in a way that NumPy does not know")
        members[name] = info
    size = sum(info.file_size for info in members.values())
    if size > max_bytes:
        raise TooLarge(f"its arrays take {size / 1e9:.3g} GB; expected {max_bytes / 1e9:.3g} GB "
                       "at most, as max_bytes says")  # fmt: skip
    return members


def _told(archive: zipfile.ZipFile) -> int:
    """Give the number of members by the end of the file, which `zipfile` does not compare.

    An entry of the directory whose own length is damaged can swallow those behind it.
    """
    file = cast(IO[bytes], archive.fp)
    file.seek(-_END, io.SEEK_END)
    end = file.read(_END)
    return int.from_bytes(end[10:12], "little") if end.startswith(b"PK\5\6") else -1


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Array:
    """Read one array, and its member to the end: only there a zip compares the checksum."""
    name = info.filename.removesuffix(".npy")
    with archive.open(info) as member:
        dtype, shape, order, start = _head(name, member)
        size = math.prod(shape) * dtype.itemsize
        if size != info.file_size - start:
            raise _Refused(f"its {name!r} claims the shape {shape}, and is not of that size")
        data = bytearray(size)
        left = memoryview(data)
        while piece := member.read(min(len(left), _PIECE)):
            left[: len(piece)] = piece
            left = left[len(piece) :]
        if len(left) or member.read(1):
            raise _Refused(f"its {name!r} ends early")
    return np.ndarray(shape, dtype, data, order=order)


def _head(name: str, member: IO[bytes]) -> tuple[np.dtype[Any], tuple[int, ...], Order, int]:
    """Read what comes before the numbers: their type, shape and order, and where they begin."""
    begin = member.read(8)
    wide = begin[6:7] != b"\1"
    length = member.read(4 if wide else 2)
    size = int.from_bytes(length, "little")
    if begin[:6] != _MAGIC or begin[6] not in (1, 2, 3) or size > _HEAD:
        raise _Refused(f"its {name!r} does not begin as an array does")
    text = member.read(size).decode("latin-1").replace(" ", "")
    found = _HEADER.fullmatch(text)
    if found is None:
        raise _Refused(f"its {name!r} is no array of numbers or text")
    shape = tuple(int(axis) for axis in found[3].split(",") if axis)
    order: Order = "F" if found[2] == "True" else "C"
    return np.dtype(found[1]), shape, order, 8 + len(length) + size
