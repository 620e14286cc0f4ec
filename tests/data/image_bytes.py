"""Image files written byte by byte from their specifications: what a reader is compared with."""

from __future__ import annotations

import struct
import zlib

import numpy as np

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # PNG's colour types
_ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4),
          (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))  # fmt: skip


def chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


def png(values, depth, colour=GREY, *, interlaced=False, palette=None, alphas=None, before=b""):
    """Encode (H, W) or (H, W, C) whole numbers below 2**depth; each row has another filter."""
    values = np.atleast_3d(values)
    height, width, _ = values.shape
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    steps = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    parts = (values[y::down, x::across] for y, x, down, across in steps)
    body = b"".join(_filtered(part, depth) for part in parts if part.size)
    extra = before
    if palette is not None:
        extra += chunk(b"PLTE", np.asarray(palette, np.uint8).tobytes())
    if alphas is not None:
        extra += chunk(b"tRNS", bytes(alphas))
    pieces = (
        chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + pieces


def packed(row, depth) -> bytes:
    """Pack whole numbers into bytes, the highest bit first."""
    bits = (
        np.asarray(row, np.uint64)[:, None] >> np.arange(depth - 1, -1, -1, dtype=np.uint64)
    ) & 1
    return np.packbits(bits.astype(np.uint8)).tobytes()


def _filtered(part, depth) -> bytes:
    step = max(1, part.shape[2] * depth // 8)
    lines, above = [], None
    for n, row in enumerate(part):
        line = np.frombuffer(packed(row.reshape(-1), depth), np.uint8).astype(int)
        left = np.concatenate([np.zeros(step, int), line[:-step]]) if len(line) > step else 0 * line
        up = 0 * line if above is None else above
        kind = n % 3  # none, sub, up
        lines.append(bytes([kind]) + bytes(((line - (0, left, up)[kind]) % 256).tolist()))
        above = line
    return b"".join(lines)


def tiff(values, bits, *, order="<", kind=1, photometric=None, packing=1, **tags):
    """Encode (H, W) or (H, W, C) numbers; `kind` is 1 unsigned, 2 signed, 3 floating point."""
    values = np.atleast_3d(values)
    height, width, channels = values.shape
    if bits in (8, 16, 32, 64):
        body = values.astype(f"{order}{' uif'[kind]}{bits // 8}").tobytes()
    else:
        body = b"".join(packed(row.reshape(-1), bits) for row in values)
    body = {1: body, 8: zlib.compress(body)}[packing]
    photometric = (2 if channels >= 3 else 1) if photometric is None else photometric
    fields = {
        256: [width], 257: [height], 258: [bits] * channels, 259: [packing], 262: [photometric],
        273: [8], 277: [channels], 278: [height], 279: [len(body)], 339: [kind] * channels,
    } | {int(name[1:]): value for name, value in tags.items()}  # fmt: skip
    body += b"\0" * (len(body) % 2)
    entries, far, at = b"", b"", 8 + len(body) + 2 + 12 * len(fields) + 4
    for tag in sorted(fields):
        numbers = fields[tag]
        content = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            far, content = far + content, struct.pack(f"{order}I", at + len(far))
        entries += struct.pack(f"{order}HHI", tag, 4, len(numbers)) + content
    start = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(body))
    return start + body + struct.pack(f"{order}H", len(fields)) + entries + b"\0" * 4 + far


def pnm(values, most, head=b"P5") -> bytes:
    """Encode whole numbers up to `most` as PGM or PPM."""
    values = np.atleast_3d(values)
    size = f"{values.shape[1]} {values.shape[0]} {most}\n".encode()
    return head + b"\n" + size + values.astype(">u2" if most > 255 else "u1").tobytes()


def pfm(values, order="<") -> bytes:
    """Encode floating point as PFM, the lowest row first."""
    size = f"{values.shape[1]} {values.shape[0]}\n{'-1.0' if order == '<' else '1.0'}\n".encode()
    return b"Pf\n" + size + values[::-1].astype(f"{order}f4").tobytes()
