from __future__ import annotations

import os
import struct
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from lossacc.data import Examples, glyphs, load_folder, save_folder, wrong_labels
from tests.data.image_bytes import chunk, png


def write(path, pixels, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path, **options)


@pytest.fixture
def animals(tmp_path):
    """Two classes, three grey images of 4x6."""
    for place, name in enumerate(["dog/1.png", "cat/b.png", "cat/a.png"]):
        write(tmp_path / name, np.full((4, 6), 51 * (place + 1)))
    return tmp_path


def test_classes_and_files_come_in_alphabetical_order(animals):
    examples = load_folder(animals)
    assert examples.class_names == ("cat", "dog")
    assert examples.labels.tolist() == [0, 0, 1]
    assert examples.shape == (4, 6, 1)
    np.testing.assert_allclose(examples.images[:, 0, 0, 0], [0.6, 0.4, 0.2], atol=1e-6)
    assert examples.source == f"folder {animals}"


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_written_is_read_back(tmp_path, channels):
    examples = glyphs(40, classes="ABC12", size=12, channels=channels)
    save_folder(examples, tmp_path / "new" / "set")
    back = load_folder(tmp_path / "new" / "set")
    assert back.class_names == ("1", "2", "A", "B", "C")
    for name in "ABC12":
        own, read = (e.images[e.labels == e.class_names.index(name)] for e in (examples, back))
        np.testing.assert_allclose(read, own, atol=0.5 / 255 + 1e-6)


def test_the_labels_told_are_written(tmp_path):
    spoilt = wrong_labels(glyphs(20, classes="AB", size=8), 0.3, 0)
    save_folder(spoilt, tmp_path)
    assert load_folder(tmp_path).counts.tolist() == spoilt.counts.tolist()


def test_every_size_is_resized(animals):
    write(animals / "dog" / "2.png", np.full((9, 3, 3), 255))
    examples = load_folder(animals, size=(5, 7))
    assert examples.shape == (5, 7, 3)
    np.testing.assert_allclose(examples.images[3], 1, atol=1e-6)


def test_resizing_averages(tmp_path):
    board = np.kron(np.indices((4, 4)).sum(axis=0) % 2, np.ones((8, 8))) * 255
    for name in ("a", "b"):
        write(tmp_path / name / "1.png", board)
    images = load_folder(tmp_path, size=(2, 2)).images
    np.testing.assert_allclose(images, 0.5, atol=0.1)


@pytest.mark.parametrize(("channels", "expected"), [(None, 3), (1, 1), (3, 3)])
def test_channels(animals, channels, expected):
    write(animals / "dog" / "2.png", np.full((4, 6, 3), [255, 0, 0]))
    examples = load_folder(animals, channels=channels)
    assert examples.shape[2] == expected
    red = examples.images[3, 0, 0]
    # The weight of red in grey is .299 (ITU-R 601).
    np.testing.assert_allclose(red, [1, 0, 0] if expected == 3 else [0.299], atol=0.003)


def test_a_photograph_is_turned_upright(tmp_path):
    left_white = np.zeros((8, 8, 3))
    left_white[:, :4] = 255
    turned = Image.Exif()
    turned[0x0112] = 6  # to be shown a quarter turn clockwise: left comes on top
    for name in ("a", "b"):
        write(tmp_path / name / "1.jpg", left_white, exif=turned, quality=95)
    image = load_folder(tmp_path).images[0]
    assert image[:3].mean() > 0.95
    assert image[5:].mean() < 0.05


@pytest.fixture
def phone(tmp_path):
    """Two classes as a phone leaves them: large, turned, with transparency, grey."""
    draw = np.random.default_rng(0)
    turned = Image.Exif()
    turned[0x0112] = 6
    for name, light in (("cup", 40), ("pen", 200)):
        noise = lambda *shape, light=light: draw.integers(light - 20, light + 20, shape)  # noqa: E731
        write(tmp_path / name / "1.jpg", noise(1500, 2000, 3), exif=turned, quality=90)
        write(tmp_path / name / "2.JPEG", noise(90, 60, 3))
        write(tmp_path / name / "3.png", np.concatenate(
            [noise(50, 70, 3), draw.integers(0, 256, (50, 70, 1))], axis=2))  # fmt: skip
        write(tmp_path / name / "4.png", noise(64, 64))
        write(tmp_path / name / "5.webp", noise(40, 30, 3))
    return tmp_path


def test_photographs_of_a_phone_become_a_set_in_one_call(phone):
    examples = load_folder(phone, size=(16, 16), channels=3)
    assert examples.shape == (16, 16, 3)
    assert examples.counts.tolist() == [5, 5]
    for image, label in zip(examples.images, examples.labels, strict=True):
        assert image.mean() == pytest.approx((40, 200)[label] / 255, abs=0.02)
    assert load_folder(phone, size=(16, 16), channels=1).shape == (16, 16, 1)


def test_only_one_large_photograph_is_in_the_memory_at_a_time(phone):
    load_folder(phone, size=(16, 16))
    tracemalloc.start()
    load_folder(phone, size=(16, 16))
    assert tracemalloc.get_traced_memory()[1] < 10e6  # Pillow's own memory is not counted
    tracemalloc.stop()


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_heic_photograph_is_named_as_such(animals, brand):
    (animals / "cat" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftyp" + brand + bytes(40))
    with pytest.raises(ValueError, match=r"IMG_1\.HEIC' .* is a HEIC photograph, as phones write"):
        load_folder(animals)


def test_what_systems_leave_behind_is_passed_over(animals):
    for name in (".DS_Store", "cat/.DS_Store", "cat/Thumbs.db", "README.txt"):
        (animals / name).write_text("no image")
    (animals / ".hidden").mkdir()
    assert len(load_folder(animals)) == 3


def test_missing_and_misplaced(animals):
    with pytest.raises(FileNotFoundError, match=r"There is no folder '.*nowhere'"):
        load_folder(animals / "nowhere")
    with pytest.raises(NotADirectoryError, match="is a file; expected a folder"):
        load_folder(animals / "cat" / "a.png")
    with pytest.raises(ValueError, match="holds 2 files and these sub-folders: none"):
        load_folder(animals / "cat")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds 0 files and these sub-folders: none; expected at"):
        load_folder(tmp_path)


def test_one_class_is_refused(tmp_path):
    write(tmp_path / "only" / "1.png", np.zeros((2, 2)))
    with pytest.raises(ValueError, match="sub-folders: 'only'; expected at least two"):
        load_folder(tmp_path)


def test_an_empty_class_is_refused(animals):
    (animals / "emu").mkdir()
    with pytest.raises(ValueError, match="emu' is empty; expected images"):
        load_folder(animals)


def test_a_folder_inside_a_class_is_refused(animals):
    (animals / "cat" / "kittens").mkdir()
    with pytest.raises(ValueError, match="holds the folder 'kittens'"):
        load_folder(animals)


SCRIPTS = (
    "\u732b",
    "\u0915\u0941\u0924\u094d\u0924\u093e",
    "\u05db\u05dc\u05d1",
    "\u0643\u0644\u0628",
    "e\u0301",
    "na\u00efve",
    "a b",
    "\U0001f431",
)


def test_classes_have_names_in_any_script(tmp_path):
    for name in SCRIPTS:
        write(tmp_path / name / f"{name}.png", np.zeros((2, 2)))
    assert load_folder(tmp_path).class_names == tuple(sorted(SCRIPTS))


def test_classes_in_any_script_are_written_and_read_back(tmp_path):
    names = sorted(SCRIPTS[:-1])  # a picture sign is no letter
    examples = Examples(np.zeros((7, 2, 2, 1)), np.arange(7), names)
    save_folder(examples, tmp_path / "new")
    assert load_folder(tmp_path / "new").class_names == tuple(names)
    assert os.listdir(tmp_path) == ["new"]


def test_names_that_are_no_utf_8_can_be_shown(tmp_path):
    for name in (b"caf\xe9", b"caf\xea"):
        try:
            os.mkdir(os.fsencode(tmp_path) + b"/" + name)
        except OSError:
            pytest.skip("this system has no such names")
        with open(os.fsencode(tmp_path) + b"/" + name + b"/\xff.png", "wb") as file:
            file.write(png([[0]], 8))
    examples = load_folder(os.fsdecode(os.fsencode(tmp_path)))
    assert examples.class_names == ("caf\\xe9", "caf\\xea")
    with open(os.fsencode(tmp_path) + b"/caf\xe9/\xff.png", "wb") as file:
        file.write(b"no image")
    with pytest.raises(ValueError, match="cannot be read as an image") as told:
        load_folder(tmp_path)
    str(told.value).encode()


def test_what_is_no_file_is_refused_and_never_waited_for(animals):
    for name, make in {
        "pipe": os.mkfifo,
        "circle": lambda path: path.symlink_to(path),
        "gone": lambda path: path.symlink_to("nowhere"),
    }.items():
        make(animals / "cat" / name)
        with pytest.raises(
            ValueError, match=f"{name}' cannot be read as an image: it (is no|lead)"
        ):
            load_folder(animals)
        (animals / "cat" / name).unlink()
    (animals / "cat" / "up").symlink_to(animals)
    with pytest.raises(ValueError, match="holds the folder 'up'"):
        load_folder(animals)


def test_what_the_system_does_not_let_be_read_is_told(animals, monkeypatch):
    def forbidden(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.iterdir", forbidden)
    with pytest.raises(PermissionError, match=r"^The folder '.*' cannot be read: the system says"):
        load_folder(animals)


def bomb(height, width):
    """A PNG whose header promises more than its few bytes hold."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png([[0]], 8)[:8] + chunk(b"IHDR", head) + png([[0]], 8)[33:]


@pytest.mark.parametrize("side", [13000, 20000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_by_its_header(animals, side):
    (animals / "cat" / "c.png").write_bytes(bomb(side, side))
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"c\.png' .*pixels"):
        load_folder(animals)
    assert tracemalloc.get_traced_memory()[1] < 10e6
    tracemalloc.stop()


def test_the_limits_can_be_moved(animals):
    with pytest.raises(ValueError, match=r"a\.png' .*4x6 = 24 pixels; expected at most 23, or"):
        load_folder(animals, max_pixels=23)
    with pytest.raises(
        ValueError, match=r"3 images of 72 numbers, against max_bytes, .* than 2\.87e-07 GB"
    ):
        load_folder(animals, max_bytes=287)
    assert len(load_folder(animals, max_pixels=24, max_bytes=288)) == 3


def test_a_damaged_byte_is_noticed(animals):
    """Whatever byte of a PNG changes, the image is the same or refused."""
    path, content = animals / "cat" / "a.png", (animals / "cat" / "a.png").read_bytes()
    before = load_folder(animals).images
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            np.testing.assert_array_equal(load_folder(animals).images, before)
        except ValueError as error:
            assert "a.png' cannot be read as an image: it is damaged" in str(error)  # noqa: PT017


@pytest.mark.parametrize("content", [b"", b"no image at all", b"%!PS-Adobe-3.0 EPSF-3.0", "cut"])
def test_an_unreadable_file_is_refused_by_name(animals, content):
    if content == "cut":
        noise = np.random.default_rng(0).integers(0, 256, (40, 60))
        write(animals / "cat" / "c.png", noise)
        content = (animals / "cat" / "c.png").read_bytes()[:1000]
    (animals / "cat" / "c.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"c\.png' cannot be read as an image"):
        load_folder(animals)


def test_unequal_sizes_are_refused_with_both_files(animals):
    write(animals / "dog" / "2.png", np.zeros((5, 6)))
    with pytest.raises(ValueError, match=r"a\.png' has 4x6 pixels .*2\.png' has 5x6; expected one"):
        load_folder(animals)


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"channels": 2}, ValueError, "channels is 2"),
        ({"size": 8}, TypeError, r"size is 8; expected \(height, width\)"),
        ({"size": (8, 0)}, ValueError, "size is 0; expected a whole number of at least 1"),
        ({"size": (8, 8, 1)}, TypeError, r"size is \(8, 8, 1\)"),
    ],
)
def test_bad_settings_are_refused(animals, settings, error, sentence):
    with pytest.raises(error, match=sentence):
        load_folder(animals, **settings)


def test_nothing_is_written_over(animals):
    examples = glyphs(4, classes=2)
    with pytest.raises(FileExistsError, match="expected an empty folder"):
        save_folder(examples, animals)
    with pytest.raises(FileExistsError, match="expected an empty folder"):
        save_folder(examples, animals / "cat" / "a.png")
    assert len(load_folder(animals)) == 3


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("a", "A"), "differ only in capitals"),
        (("a", "b/c"), "class 'b/c' cannot name a folder"),
        (("a", "?"), "class '\\?' cannot name a folder"),
        (("a", ".."), "cannot name a folder"),
        (("a", " b"), "cannot name a folder"),
        (("a", ""), "cannot name a folder"),
        (("a", "b" * 256), "cannot name a folder"),
        (("\u00e9", "e\u0301"), "differ only in capitals or accents"),
    ],
)
def test_class_names_that_are_no_folder_names_are_refused(tmp_path, names, sentence):
    examples = Examples(np.zeros((2, 2, 2, 1)), np.array([0, 1]), names)
    with pytest.raises(ValueError, match=sentence):
        save_folder(examples, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_two_channels_cannot_be_written(tmp_path):
    examples = Examples(np.zeros((2, 2, 2, 2)), np.array([0, 1]), ("a", "b"))
    with pytest.raises(ValueError, match="2 channels; expected 1 or 3"):
        save_folder(examples, tmp_path)


def test_a_folder_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    def full(self, path, *rest):
        if str(path).endswith("3.png"):
            raise OSError(28, "No space left on device")
        path.write_bytes(b"")

    (tmp_path / "new").mkdir()
    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match=r"new' cannot be written: the system says 'No space left"):
        save_folder(glyphs(8, classes=2), tmp_path / "new")
    assert list(tmp_path.rglob("*")) == [tmp_path / "new"]


@pytest.mark.parametrize("path", ["", 3, None, b"folder", "a\0b", ["a"]])
def test_what_is_no_path_is_refused(path):
    for call in (load_folder, lambda path: save_folder(glyphs(4, classes=2), path)):
        with pytest.raises((TypeError, ValueError), match=r"^path is .*; expected the path of a f"):
            call(path)
