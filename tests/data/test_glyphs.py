from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font

from lossacc.data import GLYPH_ORDER, HELD_OUT_FONTS, TRAIN_FONTS, glyphs
from lossacc.data.fonts import font_paths

STILL = {"shift": 0, "rotation": 0, "zoom": 0, "thickness": 0, "contrast": 1, "noise": 0}


@settings(max_examples=15)
@given(
    n=st.integers(1, 40),
    classes=st.integers(2, 26),
    size=st.integers(8, 40),
    channels=st.sampled_from([1, 3]),
    seed=st.integers(0, 999),
)
def test_any_size_number_and_classes(n, classes, size, channels, seed):
    examples = glyphs(n, classes=classes, size=size, channels=channels, seed=seed)
    assert examples.images.shape == (n, size, size, channels)
    assert examples.class_names == tuple(GLYPH_ORDER[:classes])
    assert examples.counts.max() - examples.counts.min() <= 1
    assert examples.images.min() >= 0
    assert examples.images.max() <= 1
    assert "rendered" in examples.source


def test_the_seed_decides():
    one, same, other = glyphs(30, seed=5), glyphs(30, seed=5), glyphs(30, seed=6)
    np.testing.assert_array_equal(one.images, same.images)
    np.testing.assert_array_equal(one.labels, same.labels)
    assert not np.array_equal(one.images, other.images)


def test_the_characters_may_be_chosen():
    examples = glyphs(40, classes="7a?Ω")
    assert examples.class_names == ("7", "a", "?", "Ω")


def nearest(train, test):
    """Name each test image by its most correlated training image."""
    flat = [e.images.reshape(len(e), -1) for e in (train, test)]
    flat = [f - f.mean(axis=1, keepdims=True) for f in flat]
    flat = [f / np.linalg.norm(f, axis=1, keepdims=True) for f in flat]
    return float(np.mean(train.labels[(flat[1] @ flat[0].T).argmax(axis=1)] == test.labels))


def test_they_can_be_learned_and_held_out_fonts_are_harder():
    train = glyphs(1500, classes=13, seed=0)
    fresh = nearest(train, glyphs(400, classes=13, seed=1))
    shifted = nearest(train, glyphs(400, classes=13, seed=1, fonts="held out"))
    assert fresh > 0.85
    assert 0.5 < shifted < fresh - 0.03


def test_a_held_out_set_of_the_same_seed_shares_no_background():
    train, shifted = glyphs(50, seed=0, noise=0), glyphs(50, seed=0, noise=0, fonts="held out")
    assert np.mean(train.images[:, 0, 0] == shifted.images[:, 0, 0]) < 0.1


def test_the_still_character_is_white_on_black_in_the_middle():
    examples = glyphs(2, classes="HI", size=33, fonts=["DejaVuSans"], **STILL)
    h = examples.images[examples.labels == 0][0, :, :, 0]
    rows, columns = np.flatnonzero(h.max(axis=1)), np.flatnonzero(h.max(axis=0))
    assert (h.min(), h.max()) == (0, 1)
    assert abs(rows.mean() - 16) < 1
    assert abs(columns.mean() - 16) < 1
    # The letter is its own mirror image, but for the grid.
    assert np.abs(h - h[:, ::-1]).mean() < 0.03
    # Two posts and a bar: three runs of ink in the columns' profile, at the height of a letter.
    assert 0.6 < len(rows) / 33 < 0.75


def test_small_letters_stay_smaller():
    examples = glyphs(2, classes="oO", size=32, fonts=["DejaVuSans"], **STILL)
    ink = [examples.images[examples.labels == k].sum() for k in (0, 1)]
    assert ink[0] < 0.75 * ink[1]


def centre(image):
    """Return the row and column of the centre of the ink."""
    grid = np.indices(image.shape)
    return (grid * image).sum(axis=(1, 2)) / image.sum()


def test_shift_moves_by_at_most_what_is_asked_for():
    still = {**STILL, "shift": 0.1}
    examples = glyphs(200, classes="+=", size=32, fonts=["DejaVuSans"], **still)
    moved = np.array([centre(image[..., 0]) for image in examples.images]) - 15.5
    assert np.abs(moved).max() < 0.1 * 32 + 1
    assert np.abs(moved).max() > 0.07 * 32
    assert np.abs(moved.mean(axis=0)).max() < 1


def test_rotation_turns_by_at_most_what_is_asked_for():
    still = {**STILL, "rotation": 30}
    examples = glyphs(100, classes="|-", size=32, fonts=["DejaVuSans"], **still)
    angles = []
    for image in examples.images[examples.labels == 1][..., 0]:
        away = np.indices(image.shape) - centre(image)[:, np.newaxis, np.newaxis]
        rows, columns = (image * away**2).sum(axis=(1, 2))
        angles.append(
            np.degrees(0.5 * np.arctan2(2 * (image * away.prod(axis=0)).sum(), columns - rows))
        )
    assert 20 < np.max(angles) < 33
    assert -33 < np.min(angles) < -20


def test_zoom_and_thickness_change_the_ink():
    plain = {"classes": "HI", "size": 32, "fonts": ["DejaVuSans"]}
    ink = {}
    for name, change in {"still": {}, "zoom": {"zoom": 0.3}, "thick": {"thickness": 0.05}}.items():
        examples = glyphs(60, **plain, **(STILL | change))
        ink[name] = examples.images[examples.labels == 0].sum(axis=(1, 2, 3))
    assert np.ptp(ink["still"]) < 0.01
    assert 0.49 < ink["zoom"].min() / ink["still"][0] < 0.75
    assert 1.4 < ink["zoom"].max() / ink["still"][0] < 1.7
    assert abs(ink["thick"].min() / ink["still"][0] - 1) < 0.01
    assert ink["thick"].max() / ink["still"][0] > 1.4


@pytest.mark.parametrize("channels", [1, 3])
def test_ink_and_background_differ_by_the_contrast_in_every_channel(channels):
    examples = glyphs(50, classes="HI", size=32, channels=channels, contrast=0.4, noise=0)
    corners = examples.images[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    lightest = examples.images.max(axis=(1, 2))
    assert np.all(lightest - corners.max(axis=1) > 0.38)
    if channels == 3:
        assert np.ptp(lightest, axis=1).mean() > 0.05


def test_noise_is_of_the_size_asked_for():
    settings = {"classes": "HI", "size": 32, "seed": 2, "contrast": 0.5}
    noisy, clean = glyphs(50, noise=0.05, **settings), glyphs(50, noise=0, **settings)
    inside = (clean.images > 0.25) & (clean.images < 0.75)  # where clipping plays no part
    noise = (noisy.images - clean.images)[inside]
    assert abs(noise.std() - 0.05) < 0.002


@pytest.mark.parametrize("name", TRAIN_FONTS + HELD_OUT_FONTS)
def test_every_font_draws_every_capital_differently(name):
    examples = glyphs(36, classes=GLYPH_ORDER[:26], size=32, fonts=[name], **STILL)
    drawn = {examples.images[i].tobytes() for i in range(36)}
    assert len(drawn) == 26
    assert examples.images.max(axis=(1, 2, 3)).min() > 0.5


def test_train_and_held_out_fonts_are_disjoint():
    assert not set(TRAIN_FONTS) & set(HELD_OUT_FONTS)


@pytest.mark.parametrize("characters", ["ABC", "<>", "★A", "Ωπ", "→←", "+-=÷", "019z"])
def test_no_font_is_used_that_lacks_a_character(characters):
    paths = font_paths("all", characters)
    for path in paths:
        table = FT2Font(str(path)).get_charmap()
        assert all(ord(character) in table for character in characters)
        # TeX fonts have other signs in the places of these.
        assert not path.stem.startswith("cm") or characters.isalnum()


@pytest.mark.parametrize("characters", ["<A", "★A"])
def test_fonts_that_lack_one_character_draw_none(characters):
    used, able = font_paths("all", characters), font_paths("all", "A")
    assert set(used) < set(able)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"n": 0}, ValueError, "n is 0; expected a whole number of at least 1"),
        ({"classes": 1}, ValueError, "classes is 1; expected a whole number from 2 to 42"),
        ({"classes": 43}, ValueError, "classes is 43"),
        ({"classes": "A"}, ValueError, "classes is 'A'; expected at least two characters"),
        ({"classes": "AA"}, ValueError, "classes is 'AA'"),
        ({"classes": "A "}, ValueError, "holds ' '"),
        ({"classes": "A漢"}, ValueError, "None of the fonts .* has '漢'"),
        ({"classes": "A<", "fonts": ["cmr10"]}, ValueError, "None of the fonts cmr10 has '<'"),
        ({"size": 7}, ValueError, "size is 7; expected a whole number from 8 to 256"),
        ({"size": 16.0}, TypeError, "size is 16.0"),
        ({"channels": 2}, ValueError, "channels is 2; expected 1"),
        ({"seed": -1}, ValueError, "seed is -1"),
        ({"fonts": "Arial"}, ValueError, "fonts is 'Arial'; expected 'train', 'held out'"),
        ({"fonts": []}, ValueError, r"fonts is \[\]"),
        ({"shift": 0.6}, ValueError, "shift is 0.6"),
        ({"rotation": -1}, ValueError, "rotation is -1"),
        ({"zoom": 0.9}, ValueError, "zoom is 0.9"),
        ({"thickness": 1}, ValueError, "thickness is 1"),
        ({"contrast": 0}, ValueError, "contrast is 0"),
        ({"noise": float("nan")}, ValueError, "noise is nan"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(changes, error, sentence):
    with pytest.raises(error, match=sentence):
        glyphs(**({"n": 4} | changes))
