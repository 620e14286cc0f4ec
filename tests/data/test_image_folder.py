from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lossacc.data import Examples, glyphs, load_folder, save_folder, wrong_labels


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


def test_modes_are_brought_to_eight_bits(tmp_path):
    deep = Image.fromarray(np.full((2, 2), 32896, dtype=np.uint16))
    images = {
        "deep": deep,
        "one": Image.new("1", (2, 2), 1),
        "alpha": Image.new("LA", (2, 2), (128, 10)),
    }
    for name, image in images.items():
        (tmp_path / name).mkdir()
        image.save(tmp_path / name / "1.png")
    values = dict(zip(("alpha", "deep", "one"), load_folder(tmp_path).images[:, 0, 0], strict=True))
    np.testing.assert_allclose(values["deep"], [128 / 255], atol=1e-6)
    np.testing.assert_allclose(values["one"], [1])
    np.testing.assert_allclose(values["alpha"], [128 / 255], atol=1e-6)


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


@pytest.mark.parametrize("content", [b"", b"no image at all", "cut"])
def test_an_unreadable_file_is_refused_by_name(animals, content):
    if content == "cut":
        noise = np.random.default_rng(0).integers(0, 256, (40, 60))
        write(animals / "cat" / "c.png", noise)
        content = (animals / "cat" / "c.png").read_bytes()[:1000]
    (animals / "cat" / "c.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"c\.png' cannot be read as an image"):
        load_folder(animals)


def test_floating_point_images_are_refused(animals):
    Image.fromarray(np.zeros((4, 6), dtype=np.float32)).save(animals / "cat" / "c.tiff")
    with pytest.raises(ValueError, match=r"c\.tiff' cannot .* floating point"):
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
