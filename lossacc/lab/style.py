"""How a panel looks: in the colours and fonts of JupyterLab's theme, on one screen.

A picture is 336 pixels wide. Beside the knobs, two stand side by side from 886 pixels on, three
from 1230 on, and all four from 1574 on. Where all four have room without the knobs beside them,
from 1368 on, and below 780, the knobs stand above the pictures. Pixels are those inside the panel.
"""

from __future__ import annotations

STYLE = """<style>
.lossacc-lab {
  color: var(--jp-ui-font-color1, currentColor);
  font: 13px/1.35 var(--jp-ui-font-family, system-ui, sans-serif);
  border: 1px solid var(--jp-border-color1, #bdbdbd);
  border-radius: 4px;
  padding: 4px 8px;
  max-width: 1660px;
  overflow: visible;
  container-type: inline-size;
}
.lossacc-lab, .lossacc-lab * { box-sizing: border-box; }
.lossacc-lab .widget-html, .lossacc-lab .widget-html-content,
.lossacc-lab .jupyter-widgets { color: inherit; font-size: 13px; }
.lossacc-lab .widget-html-content { line-height: 1.35; overflow: visible; min-width: 0; }
.lossacc-lab .widget-html, .lossacc-lab .widget-box { height: auto; margin: 0;
  overflow: visible; min-width: 0; }
.lossacc-lab h3 { display: inline; margin: 0 8px 0 0; font-size: 15px; font-weight: 600; }
.lossacc-lab p { margin: 0 0 2px; }
.lossacc-lab .lossacc-small { font-size: 12px; margin: 2px 0 0; }
.lossacc-lab > * { margin: 0 0 4px !important; width: auto; }
.lossacc-lab > .lossacc-head { margin-bottom: 2px !important; }

.lossacc-lab .lossacc-prediction { display: flex; flex-flow: row wrap; gap: 2px 10px;
  align-items: center; }
.lossacc-prediction > .lossacc-asks { flex: 1 0 100%; }
.lossacc-prediction > .lossacc-says { flex: 1 1 240px; font-size: 12.5px; }
.lossacc-says span { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
SHOWS .lossacc-says span:nth-child(N) { position: static; width: auto; height: auto;
  clip-path: none; white-space: normal; }

.lossacc-choice-name { display: block; font-size: 12.5px; font-weight: 600; line-height: 16px; }
.lossacc-prediction .lossacc-choice-name { display: none; }
.lossacc-choice-row { display: flex; flex-flow: row wrap; }
.lossacc-choice-row label { position: relative; height: 26px; margin: 0 -1px 0 0; padding: 0 7px;
  line-height: 24px; font-size: 12.5px; border: 1px solid var(--jp-border-color1, #8f8f8f);
  background: var(--jp-layout-color1, #fff); cursor: pointer; white-space: nowrap; }
.lossacc-choice-row label:first-child { border-radius: 4px 0 0 4px; }
.lossacc-choice-row label:last-child { border-radius: 0 4px 4px 0; }
.lossacc-choice-row input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0;
  opacity: 0; cursor: pointer; }
.lossacc-choice-row label:has(input:checked) { background: #005a8c; color: #fff;
  border-color: #005a8c; font-weight: 600; z-index: 1; }
.lossacc-choice-row label:has(input:disabled) { opacity: .7; cursor: default; }
.lossacc-choice output { float: right; margin-top: -16px; font-size: 12.5px; line-height: 16px;
  font-weight: 600; }
.lossacc-choice input[type=range] { display: block; width: 100%; height: 24px; margin: 0;
  accent-color: #0072B2; cursor: pointer; }

.lossacc-prediction > .jupyter-button { margin-left: auto; }
.lossacc-lab .lossacc-sketches { display: flex; flex-flow: row wrap; gap: 4px 8px; }

.lossacc-lab .lossacc-body { display: grid; grid-template-columns: 196px minmax(0, 1fr);
  gap: 8px 10px; overflow: visible; }
.lossacc-lab .lossacc-knobs { position: relative; padding-bottom: 66px; width: auto; }
.lossacc-lab .lossacc-scroll { display: flex; flex-flow: column; gap: 5px; max-height: 382px;
  overflow: hidden auto; scrollbar-width: thin; margin: -3px -6px; padding: 3px 6px; }
.lossacc-scroll > *, .lossacc-others > * { width: auto !important; flex: none; }
.lossacc-lab .lossacc-others { display: flex; flex-flow: column; gap: 5px; }
.lossacc-knobs :is(.lossacc-scroll, .lossacc-knob, .lossacc-knob > *, .lossacc-others,
  .widget-html-content) { position: static; }
.lossacc-knobs .lossacc-means { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); pointer-events: none; }
.lossacc-knobs .lossacc-knob:is(:hover, :focus-within) .lossacc-means { left: 0; right: 0;
  bottom: 0; width: auto; height: 64px; clip-path: none; font-size: 12px; line-height: 15px;
  background: var(--jp-layout-color0, #fff); z-index: 2; }
.lossacc-knobs .lossacc-knob:hover .lossacc-means { z-index: 3; }
.lossacc-lab .widget-dropdown, .lossacc-lab .widget-text { display: flex; flex-direction: column;
  align-items: stretch; width: 100%; height: auto; margin: 0; overflow: visible; }
.lossacc-lab .widget-dropdown > label, .lossacc-lab .widget-text > label { width: auto;
  max-width: none; text-align: left;
  font-size: 12.5px; font-weight: 600; height: auto; line-height: 16px; overflow: visible;
  white-space: normal; flex-shrink: 0; padding: 0; margin: 0; }
.lossacc-lab .widget-dropdown > select, .lossacc-lab .widget-text > input { height: 26px;
  flex: none; width: 100%; font-size: 12.5px; text-overflow: ellipsis; }
.lossacc-lab .lossacc-seed .widget-text { flex-direction: row; align-items: center; gap: 8px; }
.lossacc-lab .lossacc-seed .widget-text > input { width: 110px; margin-left: auto; }
[data-jp-theme-light="false"] .lossacc-lab select { color-scheme: dark; appearance: auto;
  background-image: none; }
.lossacc-lab .widget-checkbox { width: auto; height: auto; }
.lossacc-lab .widget-checkbox label { display: flex; align-items: center; gap: 8px;
  font-size: 12.5px; font-weight: 600; line-height: 24px; width: auto; }
.lossacc-lab .widget-checkbox input { appearance: none; width: 32px; height: 18px; margin: 0;
  border: 2px solid var(--jp-ui-font-color2, #616161); border-radius: 9px; flex: none;
  background: radial-gradient(circle at 7px 7px, var(--jp-ui-font-color2, #616161) 5px,
  transparent 5.5px); cursor: pointer; }
.lossacc-lab .widget-checkbox input:checked { border-color: #0072B2; background:
  radial-gradient(circle at 21px 7px, #fff 5px, #0072B2 5.5px); }

.lossacc-lab .lossacc-bar { display: flex; flex-flow: row wrap; gap: 4px 6px;
  align-items: center; }
.lossacc-bar > * { margin: 0; }
.lossacc-lab .lossacc-answers { display: flex; flex-flow: row wrap; gap: 6px; }
.lossacc-lab .jupyter-button { width: auto; height: 28px; padding: 0 10px; line-height: 26px;
  font-size: 13px; margin: 0; color: var(--jp-ui-font-color1, #222);
  background: var(--jp-layout-color2, #eee); border: 1px solid var(--jp-border-color1, #bdbdbd); }
.lossacc-lab .jupyter-button.mod-primary { background: #005a8c; color: #fff; min-width: 72px;
  border-color: #005a8c; font-weight: 600; }
.lossacc-lab .jupyter-button.mod-active { outline: none; box-shadow: none;
  border: 2px solid #0072B2; font-weight: 600; }
.lossacc-lab .jupyter-button:disabled { opacity: .5; }
.lossacc-lab button:focus-visible, .lossacc-lab select:focus-visible,
.lossacc-lab input:focus-visible, .lossacc-lab summary:focus-visible,
.lossacc-lab label:has(input:focus-visible) { outline: 3px solid #D55E00; outline-offset: 1px;
  z-index: 2; }
.lossacc-bar > .lossacc-progress { width: 208px; height: 28px; flex: none; font-size: 12px; }
.lossacc-lab .lossacc-progress .widget-html-content { display: flex; flex-flow: column; gap: 3px;
  padding-top: 4px; font-size: 12px; line-height: 15px; white-space: nowrap; }
.lossacc-lab progress { width: 100%; height: 6px; appearance: none; background: transparent;
  border: 1px solid currentColor; border-radius: 3px; overflow: hidden; display: block; }
.lossacc-lab progress::-webkit-progress-bar { background: transparent; }
.lossacc-lab progress::-webkit-progress-value { background: #0072B2; }
.lossacc-lab progress::-moz-progress-bar { background: #0072B2; }
.lossacc-bar > .lossacc-status { flex: 1 1 200px; }
.lossacc-lab .lossacc-stale-words { border-left: 4px solid #D55E00; padding-left: 8px; }

.lossacc-lab .lossacc-pictures { display: flex; flex-flow: row wrap; gap: 4px 8px;
  align-content: flex-start; width: auto; }
.lossacc-pictures > * { flex: none; }
.lossacc-lab .lossacc-pair { display: flex; flex-flow: row wrap; gap: 4px 8px; }
.lossacc-lab .lossacc-pictures svg { display: block; }
.lossacc-lab .lossacc-curves { min-height: 204px; width: min(680px, 100%); }
.lossacc-lab .lossacc-plane { height: 232px; width: 336px; }
.lossacc-lab .lossacc-side { height: 240px; width: 336px; }
.lossacc-side .lossacc-view svg { margin-top: -10px; }
.lossacc-side .lossacc-view .lossacc-small { margin: 0; }
.lossacc-lab .lossacc-views, .lossacc-lab .lossacc-views .widget-toggle-button { margin: 0; }
.lossacc-lab .lossacc-views { width: auto; height: 24px; overflow: visible; }
.lossacc-lab .lossacc-views > div { display: flex; gap: 4px; }
.lossacc-lab .lossacc-views .jupyter-button { height: 24px; line-height: 20px; font-size: 12.5px;
  background: none; border-width: 0 0 3px; border-color: transparent; border-style: solid;
  border-radius: 0; padding: 0 8px; }
.lossacc-lab .lossacc-views .jupyter-button.mod-active { border-color: #0072B2; }
.lossacc-lab .lossacc-runs { display: flex; flex-flow: column; gap: 4px; height: 212px;
  width: auto; padding-top: 4px; font-size: 12.5px; }
.lossacc-runs > * { flex: none; width: auto; }
.lossacc-lab .lossacc-runs .widget-html-content { font-size: 12px; line-height: 15px; }
.lossacc-runs > :has(.lossacc-run-list), .lossacc-run-list { flex: 1 1 0; min-height: 0;
  overflow: hidden auto; scrollbar-width: thin; }
.lossacc-run { display: flex; align-items: center; gap: 6px; height: 26px; padding: 0 2px; }
.lossacc-run input { flex: none; margin: 0; }
.lossacc-run input[type=text] { width: 150px; height: 22px; padding: 0 4px; font: inherit;
  color: inherit; background: none; border: 1px solid transparent; border-radius: 2px;
  text-overflow: ellipsis; }
.lossacc-run:hover input[type=text], .lossacc-run input[type=text]:focus {
  border-color: var(--jp-border-color1, #8f8f8f); }
.lossacc-run span { white-space: nowrap; font-size: 12px; }
.lossacc-lab .lossacc-save { display: flex; gap: 4px; align-items: center; }
.lossacc-lab .lossacc-save .widget-text { flex: 1 1 0; flex-direction: row; align-items: center;
  gap: 6px; }
.lossacc-lab .lossacc-save .widget-text > input { margin: 0; min-width: 0; flex: 1 1 0; }
[data-stale="true"] svg { opacity: .65; }

.lossacc-lab .lossacc-outcome { min-height: 64px; border-left: 4px solid #0072B2;
  padding: 0 8px; }
.lossacc-outcome .widget-html-content { font-size: 12.5px; line-height: 16px; }
.lossacc-lab .lossacc-warn { border-left: 4px solid #D55E00; padding: 2px 10px; }
.lossacc-lab ul { margin: 4px 0; padding-left: 20px; }
.lossacc-lab li { margin-bottom: 4px; }
.lossacc-lab summary { cursor: pointer; }
.lossacc-lab .lossacc-claims .widget-html-content { display: flex; flex-flow: row wrap;
  gap: 2px 24px; }
.lossacc-claims details[open] { flex: 1 0 100%; }
.lossacc-lab pre { max-height: 300px; overflow: auto; font-size: 12px; }
.lossacc-hidden { display: none !important; }

@media (prefers-reduced-motion: reduce) {
  .lossacc-lab, .lossacc-lab * { animation: none !important; transition: none !important; }
}
@container (max-width: 780px) {
  .lossacc-bar > .lossacc-status { flex: 1 0 100%; order: 1; }
}
@container (max-width: 780px) or ((min-width: 1368px) and (max-width: 1573px)) {
  .lossacc-lab .lossacc-body { grid-template-columns: minmax(0, 1fr); }
  .lossacc-lab .lossacc-knobs { padding-bottom: 34px; }
  .lossacc-lab .lossacc-scroll { display: grid; gap: 6px 20px; max-height: none;
    grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); }
  .lossacc-lab .lossacc-others { display: contents; }
  .lossacc-knobs .lossacc-knob:is(:hover, :focus-within) .lossacc-means { height: 32px; }
}
</style>"""

# Which sentence of a prediction is seen: that of the option pointed at or focused, else the chosen.
_AT = ".lossacc-prediction:has(.lossacc-choice-row label:nth-child({n}):is(:hover, :focus-within))"
_CHOSEN = (
    ".lossacc-prediction:not(:has(.lossacc-choice-row label:is(:hover, :focus-within)))"
    ":has(.lossacc-choice-row label:nth-child({n}) input:checked)"
)
_MOST = 5


def _shows(rule: str) -> str:
    """Write the rule that shows a sentence for each place that an option may have."""
    return "\n".join(
        rule.replace("SHOWS", place.format(n=n)).replace("(N)", f"({n})")
        for n in range(1, _MOST + 1)
        for place in (_AT, _CHOSEN)
    )


_RULE = STYLE[STYLE.index("SHOWS") : STYLE.index("}", STYLE.index("SHOWS")) + 1]
STYLE = STYLE.replace(_RULE, _shows(_RULE))
