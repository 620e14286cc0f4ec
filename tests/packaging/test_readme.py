"""README shows what was measured, word for word."""

from lossacc import lessons
from tests.project import ROOT

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->"


def table():
    return "\n\n".join(
        f"**{lessons.experiment(name).title}** (`{name}`)\n\n{lessons.results(name).markdown()}"
        for name in lessons.names()
    )


def test_readme_shows_the_committed_results():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == table().strip()
