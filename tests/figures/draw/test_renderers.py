"""Both renderers draw the same picture."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text

from lossacc.figures.draw import Line, Panel, Picture, axis, figure, style, svg
from lossacc.figures.draw.layout import layout

SVG = "{http://www.w3.org/2000/svg}"


def svg_texts(drawn: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def mpl_texts(sheet) -> list[str]:
    sheet.draw_without_rendering()
    return [one.get_text() for one in sheet.findobj(Text) if one.get_text() and one.get_visible()]


def test_both_show_every_text(everything):
    one, two = svg_texts(svg(everything)), mpl_texts(figure(everything))
    for text in everything.texts():
        if text != everything.title:
            assert text in one
            assert text in two
    assert everything.title in " ".join(one)
    assert everything.title in " ".join(two)


def test_both_write_the_same_texts(everything):
    assert sorted(svg_texts(svg(everything))) == sorted(mpl_texts(figure(everything)))


def test_the_svg_says_title_and_alt_text(everything):
    root = ElementTree.fromstring(svg(everything))
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"{everything.title}. {everything.alt}"


def test_the_svg_takes_the_colours_of_the_page_unless_told(everything):
    assert "--jp-ui-font-color1,currentColor" in svg(everything)
    for dark, ground in ((True, "#111"), (False, "#fff")):
        drawn = svg(everything, dark=dark)
        assert "var(--jp-ui-font-color1" not in drawn
        assert f'<rect width="100%" height="100%" fill="{ground}"/>' in drawn


def test_the_svg_curve_passes_through_the_points():
    y = np.array([0.0, 2.0, 1.0, 4.0])
    line = Line(np.arange(4.0), y, "training")
    panel = Panel(axis("x", [0, 3], low=0, high=3), axis("y", [0, 4], low=0, high=4), (line,))
    root = ElementTree.fromstring(svg(Picture("t", "a", (panel,))))
    path = next(node for node in root.iter(f"{SVG}path") if node.get("transform"))
    assert path.get("stroke") == style("training").colour
    head, steps = path.get("d").split("l")
    numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
    start = [int(n) for n in re.findall(r"\d+", head)]
    points = np.cumsum([start, *np.reshape(numbers, (-1, 2)).tolist()], axis=0)
    across, upwards = points.T
    assert np.diff(across) == pytest.approx(np.diff(across).mean(), abs=1)
    height = (upwards[0] - upwards[3]) / 4
    assert (upwards[0] - upwards) / height == pytest.approx(y, abs=0.01)


def test_matplotlib_holds_the_data_in_its_own_units(everything):
    sheet = figure(everything)
    line = next(one for one in sheet.axes[0].lines if one.get_label() == "a < b & c")
    assert line.get_ydata().tolist() == (np.arange(10.0) * 10).tolist()
    assert sheet.axes[0].get_ylim() == (everything.panels[0].y.low, everything.panels[0].y.high)


def test_no_pyplot_and_no_canvas_left_behind(everything):
    import sys

    before = "matplotlib.pyplot" in sys.modules
    figure(everything).draw_without_rendering()
    assert ("matplotlib.pyplot" in sys.modules) == before


@pytest.mark.parametrize("y", [[], [np.nan], [1.0], [np.nan, np.inf, 2.0], [1.0, np.nan, 3.0]])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_any_curve_can_be_drawn(y, scale):
    values = np.array(y, dtype=float)
    x = np.arange(len(values), dtype=float)
    line = Line(x, values, "training", "curve", band=(values, values), arrows=True)
    panel = Panel(axis("x", x), axis("y", values, scale=scale), (line,))
    picture = Picture("t", "a", (panel,))
    drawn = svg(picture)
    assert "curve" in svg_texts(drawn)
    assert "nan" not in drawn
    assert "inf" not in drawn
    figure(picture).draw_without_rendering()


@pytest.mark.parametrize("width", [480, 640, 1200])
def test_the_width_is_kept_and_the_texts_stay(everything, width):
    root = ElementTree.fromstring(svg(everything, width=width))
    assert root.get("width") == str(width)
    assert figure(everything, width=width).get_figwidth() * 100 == width
    assert len(svg_texts(svg(everything, width=width))) > 20


def test_a_300_point_chart_of_two_panels_is_small():
    x = np.arange(75.0)
    lines = tuple(Line(x, np.sin(x / n) + 1, role, role) for n, role in roles())
    panel = Panel(axis("epoch", x), axis("loss, nats", [0.0, 2.0]), lines)
    drawn = svg(Picture("A title of some length", "alt", (panel, panel), width=640, height=240))
    assert len(drawn) < 6000


@pytest.mark.parametrize(("rows", "most"), [(121, 6000), (301, 6000)])
def test_the_live_curves_of_a_long_run_are_small(rows, most):
    x = np.arange(float(rows))
    falling = tuple(Line(x, np.exp(-x / (20 * n)), role, role) for n, role in roles())
    panel = Panel(axis("epoch", x), axis("loss, nats", [0.0, 1.0]), falling)
    assert len(svg(Picture("A title of some length", "alt " * 100, (panel, panel)))) < most


def test_a_curve_of_one_point_is_a_dot():
    line = Line(np.array([3.0]), np.array([1.0]), "validation", "curve")
    panel = Panel(
        axis("epoch", [0, 6], low=0, high=6), axis("loss", [0, 2], low=0, high=2), (line,)
    )
    picture = Picture("t", "a", (panel,))
    left, top, right, bottom = layout(picture).panels[0].frame
    dot = ElementTree.fromstring(svg(picture)).find(f"{SVG}circle")
    assert float(dot.get("cx")) == pytest.approx((left + right) / 2, abs=0.06)
    assert float(dot.get("cy")) == pytest.approx((top + bottom) / 2, abs=0.06)
    assert float(dot.get("r")) >= 3
    drawn = [one for one in figure(picture).axes[0].lines if one.get_marker() == "o"]
    assert [one.get_xdata().tolist() for one in drawn] == [[3.0]]


def test_a_faint_curve_is_thinner_and_paler_in_both():
    x = np.arange(9.0)
    lines = tuple(Line(x, x, "validation", faint=faint) for faint in (False, True))
    picture = Picture("t", "a", (Panel(axis("x", x), axis("y", x), lines),))
    root = ElementTree.fromstring(svg(picture))
    curves = [node for node in root.iter(f"{SVG}path") if node.get("transform")]
    full, faint = figure(picture).axes[0].lines
    assert float(curves[1].get("stroke-width")) < float(curves[0].get("stroke-width"))
    assert (curves[0].get("opacity"), float(curves[1].get("opacity"))) == (None, faint.get_alpha())
    assert faint.get_linewidth() < full.get_linewidth()
    assert faint.get_alpha() < full.get_alpha() == 1


def test_a_path_that_goes_to_and_fro_keeps_its_corners():
    """As in the plane, where many epochs may stand at one place."""
    x = np.tile([10.0, 90.0, 50.0, 90.0], 100)
    y = np.linspace(2.0, 1.0, 400)
    panel = Panel(axis("x", [0, 100], low=0, high=100), axis("y", [0, 2], low=0, high=2),
                  (Line(x, y, "training"),))  # fmt: skip
    root = ElementTree.fromstring(svg(Picture("t", "a", (panel,), width=300)))
    path = next(node for node in root.iter(f"{SVG}path") if node.get("transform")).get("d")
    assert len(re.findall(r"-?\d+", path.replace("M", " ").replace("l", " "))) == 2 * 400


def test_texts_over_curves_have_a_halo_of_the_ground(everything):
    halo = ElementTree.fromstring(svg(everything, dark=True)).findall(f"{SVG}g[@paint-order]")
    assert {node.text for group in halo for node in group} == {"start <1>", "end"}
    assert {group.get("stroke") for group in halo} == {"#111"}
    sheet = figure(everything)
    edged = [one.get_text() for one in sheet.findobj(Text) if one.get_path_effects()]
    assert sorted(edged) == ["end", "start <1>"]


def roles():
    return enumerate(("training", "validation"), start=5)


def test_a_notebook_gets_alt_text_numbers_and_the_png(everything):
    shown = everything._repr_mimebundle_()
    root = ElementTree.fromstring(shown["text/html"])
    image = root.find("img")
    assert image.get("alt") == f"{everything.title}. {everything.alt}"
    assert base64.b64decode(image.get("src").split(",")[1]) == shown["image/png"]
    assert shown["image/png"].startswith(b"\x89PNG")
    assert [node.text for node in root.iter("th")] == ["epoch", "a & b"]
    assert [node.text for node in root.iter("td")] == ["0", "1.5", "1", "2.5"]
    assert everything.title in shown["text/plain"]


def test_a_picture_without_a_table_has_nothing_to_unfold(everything):
    bare = replace(everything, table=Picture("", "", ()).table)
    assert "<details>" not in bare._repr_mimebundle_()["text/html"]


def test_an_unknown_role_is_quoted():
    with pytest.raises(ValueError, match=r"'trainig'.*training"):
        style("trainig")


def test_colours_are_told_apart_on_white_and_on_dark():
    """Lines stand out by 3 to 1 from both grounds (WCAG 2, 1.4.11)."""
    variants = [f"variant {n}" for n in range(1, 6)]
    for role in ("training", "validation", "stayed right", "penalty", *variants):
        light = luminance(style(role).colour)
        assert (1.0 + 0.05) / (light + 0.05) >= 3
        assert (light + 0.05) / (luminance("#111111") + 0.05) >= 3


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_a_caption_is_written_below_everything_else_by_both(everything):
    words = "What is shown, in so many words that they do not fit into one line of a picture. " * 2
    told = replace(everything, caption=words.strip())
    one, two = svg_texts(svg(told)), mpl_texts(figure(told))
    assert sorted(one) == sorted(two)
    assert told.caption in " ".join(one)
    last = layout(told).words[-1]
    assert last.y > max(text.y for placed in layout(told).panels for text in placed.texts)
    assert last.y + last.size / 2 < layout(told).height
    assert not set(svg_texts(svg(told, titled=False))) & {one.text for one in layout(told).words}
    assert told.caption in str(told)
