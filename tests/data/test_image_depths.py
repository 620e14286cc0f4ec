"""Images of every depth, written byte by byte here, come to the numbers that were written."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from PIL import Image

from lossacc.data import load_folder
from tests.data.image_bytes import GREY_ALPHA, PALETTE, RGB, RGBA, chunk, pfm, png, pnm, tiff

RANDOM = np.random.default_rng(0)


def some(top, shape=(9, 11)):
    """Whole numbers from 0 to `top`, both among them."""
    values = RANDOM.integers(0, top, shape, endpoint=True)
    values[0, 0], values[-1, -1] = top, 0
    return values


@pytest.fixture
def read(tmp_path):
    """Write files as the first class of a folder, and read their images."""

    def write_and_read(*contents, **settings):
        for n, content in enumerate(contents):
            for name in ("a", "b"):
                (tmp_path / name).mkdir(exist_ok=True)
                (tmp_path / name / f"{n}.image").write_bytes(content)
        return load_folder(tmp_path, **settings)

    return write_and_read


def same(examples, expected, tolerance=1e-6):
    expected = np.atleast_3d(expected)
    assert examples.shape == expected.shape
    np.testing.assert_allclose(examples.images[0], expected, atol=tolerance)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("depth", "colour", "channels"),
    [(1, 0, 1), (2, 0, 1), (4, 0, 1), (8, 0, 1), (16, 0, 1), (8, RGB, 3), (16, RGB, 3),
     (8, GREY_ALPHA, 2), (16, GREY_ALPHA, 2), (8, RGBA, 4), (16, RGBA, 4)],
)  # fmt: skip
def test_png(read, depth, colour, channels, interlaced):
    values = some(2**depth - 1, (9, 11, channels))
    seen = values[..., :3] if channels > 2 else values[..., :1]
    same(read(png(values, depth, colour, interlaced=interlaced)), seen / (2**depth - 1))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_png_with_a_palette_and_transparency(read, depth):
    palette, values = some(255, (2**depth, 3)), some(2**depth - 1)
    same(read(png(values, depth, PALETTE, palette=palette, alphas=[9, 0])), palette[values] / 255)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packing", [1, 8])
@pytest.mark.parametrize(
    ("bits", "kind", "photometric"),
    [(1, 1, 1), (1, 1, 0), (2, 1, 1), (2, 1, 0), (4, 1, 1), (4, 1, 0), (8, 1, 1), (8, 1, 0),
     (8, 2, 1), (16, 1, 1), (16, 2, 1), (32, 2, 1), (32, 3, 1), (32, 3, 0)],
)  # fmt: skip
def test_tiff(read, order, packing, bits, kind, photometric):
    white = 1 if kind == 3 else 2 ** (bits - (kind == 2)) - 1
    values = RANDOM.random((9, 11)) if kind == 3 else some(white)
    content = tiff(values, bits, order=order, kind=kind, photometric=photometric, packing=packing)
    same(read(content), values / white if photometric else 1 - values / white)


@pytest.mark.parametrize(("bits", "photometric"), [(12, 1), (16, 0), (32, 1)])
def test_tiff_that_is_read_in_one_order_of_bytes_alone(read, bits, photometric):
    values = some(2**bits - 1, (9, 10))
    expected = values / (2**bits - 1)
    content = tiff(values, bits, photometric=photometric)
    same(read(content), expected if photometric else 1 - expected)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packing", [1, 8])
@pytest.mark.parametrize(("channels", "extra"), [(3, {}), (4, {"t338": [2]}), (4, {"t338": [0]})])
def test_tiff_of_16_bits_in_colour(read, order, packing, channels, extra):
    values = some(65535, (9, 11, channels))
    content = tiff(values, 16, order=order, packing=packing, **extra)
    same(read(content), values[..., :3] / 65535)


@pytest.mark.parametrize("most", [1, 15, 255, 1000, 65535])
def test_pgm_has_a_range_of_its_own(read, most):
    values = some(most)
    same(read(pnm(values, most)), values / most, 1e-5)


def test_pfm(read):
    values = RANDOM.random((9, 11)).astype(np.float32)
    same(read(pfm(values, "<")), values)


def test_cmyk_as_in_print(read, tmp_path):
    values = np.zeros((4, 4, 4), np.uint8)
    values[..., 0], values[..., 3] = 255, 51  # cyan, and a fifth of black
    Image.fromarray(values, "CMYK").save(tmp_path / "c.tif")
    same(read((tmp_path / "c.tif").read_bytes()), np.full((4, 4, 3), [0, 0.8, 0.8]))


def test_of_a_moving_image_the_first_frame(read, tmp_path):
    frames = [Image.new("L", (3, 2), level) for level in (51, 102, 204)]
    for name in ("moving.gif", "moving.png", "moving.webp", "moving.tif"):
        options = {"lossless": True} if name.endswith("webp") else {}
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], **options)
        examples = read((tmp_path / name).read_bytes())
        np.testing.assert_allclose(examples.images, 0.2, atol=1e-6)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("deep", [False, True])
def test_photographs_are_turned_upright_in_every_way(read, turn, deep):
    values = some(65535 if deep else 255, (4, 6, 3))
    upright = {
        1: values, 2: values[:, ::-1], 3: values[::-1, ::-1], 4: values[::-1],
        5: values.swapaxes(0, 1), 6: values[::-1].swapaxes(0, 1),
        7: values[::-1, ::-1].swapaxes(0, 1), 8: values[:, ::-1].swapaxes(0, 1),
    }[turn]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = turn
    bits = 16 if deep else 8
    content = chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    same(read(png(values, bits, RGB, before=content)), upright / (2**bits - 1))
    same(read(tiff(values, bits, t274=[turn])), upright / (2**bits - 1))


@pytest.mark.parametrize("colour", [0, RGB])
@pytest.mark.parametrize(
    ("top", "white"), [(1, 255), (255, 255), (256, 1023), (4095, 4095), (4096, 16383)]
)
def test_a_folder_that_uses_less_of_16_bits_has_one_scale_and_says_so(read, top, white, colour):
    bright = some(top, (9, 11, 3 if colour else 1))
    dark = bright // 2
    with pytest.warns(UserWarning, match=f"1 is {white} in deep images.*say white=65535"):
        examples = read(png(bright, 16, colour), png(dark, 16, colour))
    same(examples, bright / white)
    np.testing.assert_allclose(examples.images[1], dark / white, atol=1e-6)
    assert f"1 is {white} in deep images, whose largest number is {top}" in repr(examples)


def test_the_scale_may_be_said(read):
    values = some(4000)
    same(read(png(values, 16), white=65535), values / 65535)
    same(read(png(values, 16), white=5000), values / 5000)
    with pytest.raises(ValueError, match=r"0\.image' holds 4000; expected at most 3000"):
        read(png(values, 16), white=3000)


def test_a_scale_that_is_the_formats_is_no_surprise(read):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "deep" not in read(png(some(255), 8)).source
        assert "1 is 65535 in deep images" in read(png(some(40000), 16)).source


def test_shallow_files_keep_their_own_scale_beside_deep_ones(read):
    deep, shallow = some(4095), some(255)
    with pytest.warns(UserWarning, match="1 is 4095"):
        examples = read(png(deep, 16), png(shallow, 8))
    np.testing.assert_allclose(examples.images[1, ..., 0], shallow / 255, atol=1e-6)


def test_32_bits_that_are_used_in_part(read):
    values = some(100_000)
    with pytest.warns(UserWarning, match="1 is 131071"):
        same(read(tiff(values, 32)), values / 131071)


def test_different_ranges_are_refused_unless_one_is_said(read):
    values = some(200)
    files = png(values, 16), tiff(values, 32)
    with pytest.raises(ValueError, match=r"\(0 to 65535\).*\(0 to 4294967295\) have different ra"):
        read(*files)
    same(read(*files, white=255), values / 255)


def test_deep_images_are_resized_and_made_grey_as_shallow_ones_are(read):
    values = some(255, (12, 10, 3))
    for settings in ({"size": (5, 7)}, {"channels": 1}, {"size": (24, 20), "channels": 1}):
        shallow = read(png(values, 8, RGB), **settings)
        deep = read(png(values * 257, 16, RGB), **settings)
        np.testing.assert_allclose(deep.images, shallow.images, atol=2 / 255)
    grey = read(png(some(65535), 16), channels=3)
    assert grey.shape == (9, 11, 3)
    assert (grey.images[..., :1] == grey.images).all()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (tiff(np.full((2, 2), -3), 8, kind=2), "holds -3; expected no numbers below 0"),
        (tiff(np.full((2, 2), -3), 16, kind=2), "holds -3; expected no numbers below 0"),
        (tiff(np.full((2, 2), -3), 32, kind=2, order=">"), "holds -3; expected no numbers below"),
        (tiff(np.full((2, 2), -0.5), 32, kind=3), r"holds -0\.5; expected no numbers below 0"),
        (tiff(np.full((2, 2), np.nan), 32, kind=3), "holds NaN or infinity"),
        (tiff(np.full((2, 2), np.inf), 32, kind=3), "holds NaN or infinity"),
        (tiff(np.full((2, 2), 255.0), 32, kind=3), "holds 255; expected at most 1, or a larger wh"),
        (tiff(np.zeros((2, 2)), 64, kind=3), "damaged, or of a kind that is not read"),
        (tiff(some(9, (4, 4, 4)), 16, photometric=5), "16 bits a channel in CMYK"),
        (tiff(some(9, (4, 4, 3)), 16, t284=[2]), "its channels lie apart"),
        (pnm(some(9, (4, 4, 3)), 65535, b"P6"), "a PPM of more than 8 bits in colour"),
    ],
)
def test_what_cannot_be_read_right_is_refused_by_name(read, content, sentence):
    with pytest.raises(ValueError, match=rf"0\.image' .*{sentence}"):
        read(content)
