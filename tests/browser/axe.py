"""What axe-core finds wrong for people who use a keyboard or a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from playwright.sync_api import Page

SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
FIND = """
async ([scope, impacts]) => {
  // JupyterLab's body hides what overflows and is 0 high, so axe would think that nobody sees
  // anything, and skip the contrast.
  document.body.style.minHeight = '100vh';
  const { violations } = await axe.run({ include: [[scope]] }, { resultTypes: ['violations'] });
  return violations
    .filter(one => impacts.includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}, ${one.impact}: ${one.help}: ${node.html}`));
}
"""


SERIOUS = ("serious", "critical")
LESSER = ("minor", "moderate")


def serious(page: Page, scope: str) -> list[str]:
    """List the serious and critical violations in the elements that a selector finds."""
    return violations(page, scope, SERIOUS)


def violations(page: Page, scope: str, impacts: Sequence[str]) -> list[str]:
    """List the violations of some impacts in the elements that a selector finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    found: list[str] = page.evaluate(FIND, [scope, list(impacts)])
    return found
