"""How a panel looks: in the colours and fonts of JupyterLab's theme, in columns of any width."""

from __future__ import annotations

STYLE = """<style>
.lossacc-lab {
  color: var(--jp-ui-font-color1, currentColor);
  font: 14px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  border: 1px solid var(--jp-border-color1, #bdbdbd);
  border-radius: 4px;
  padding: 12px 16px;
  max-width: 1500px;
  overflow: visible;
}
.lossacc-lab, .lossacc-lab * { box-sizing: border-box; }
.lossacc-lab .widget-html, .lossacc-lab .widget-html-content,
.lossacc-lab .jupyter-widgets { color: inherit; font-size: 14px; }
.lossacc-lab .widget-html-content { line-height: 1.4; overflow: visible; }
.lossacc-lab .widget-html { height: auto; margin: 0; overflow: visible; }
.lossacc-lab h3 { margin: 0; font-size: 20px; font-weight: 600; }
.lossacc-lab h4 { margin: 0 0 4px; font-size: 15px; font-weight: 600; }
.lossacc-lab p { margin: 0 0 4px; }
.lossacc-lab .lossacc-small { font-size: 13px; margin: 2px 0 0; }
.lossacc-lab .lossacc-title { font-size: 16px; font-weight: 600; margin: 6px 0 2px; }

.lossacc-lab { container-type: inline-size; }
.lossacc-lab .lossacc-columns { display: grid; grid-template-columns: 230px minmax(0, 1fr);
  gap: 12px 28px; width: 100%; overflow: visible; margin-top: 8px; }
.lossacc-lab .lossacc-knobs { display: flex; flex-flow: column; gap: 8px; overflow: visible; }
.lossacc-lab .lossacc-main { display: flex; flex-flow: column; gap: 8px; overflow: visible; }
.lossacc-knobs > *, .lossacc-main > * { overflow: visible; margin: 0; width: auto; }
@container (max-width: 780px) {
  .lossacc-lab .lossacc-columns { grid-template-columns: minmax(0, 1fr); }
  .lossacc-lab .lossacc-knobs { display: grid; gap: 8px 20px;
    grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
}

.lossacc-lab .widget-dropdown, .lossacc-lab .widget-text { display: flex; flex-direction: column;
  align-items: stretch; width: 100%; height: auto; margin: 0; overflow: visible; }
.lossacc-lab .widget-dropdown > label, .lossacc-lab .widget-text > label { width: auto;
  max-width: none; text-align: left; font-weight: 600; height: auto; line-height: 1.4;
  overflow: visible; white-space: normal; flex-shrink: 0; }
.lossacc-lab .widget-dropdown > select, .lossacc-lab .widget-text > input { height: 28px;
  flex: none; width: 100%; font-size: 14px; }
[data-jp-theme-light="false"] .lossacc-lab select { color-scheme: dark; appearance: auto;
  background-image: none; }
.lossacc-lab .widget-radio { width: 100%; height: auto; margin: 0; overflow: visible; }
.lossacc-lab .widget-radio-box { width: 100%; height: auto; margin: 0; overflow: visible; }
.lossacc-lab .widget-radio-box label { height: auto; line-height: 1.4; white-space: normal;
  max-width: none; width: auto; margin: 0 0 2px; padding-left: 24px; position: relative;
  font-size: 14px; }
.lossacc-lab .widget-radio-box label input { position: absolute; left: 2px; top: 0; margin: 0; }

.lossacc-row { display: flex; flex-flow: row wrap; gap: 6px; overflow: visible; }
.lossacc-row > * { margin: 0; }
.lossacc-lab .jupyter-button { width: auto; height: 30px; padding: 0 12px; line-height: 28px;
  font-size: 14px; margin: 0; color: var(--jp-ui-font-color1, #222);
  background: var(--jp-layout-color2, #eee); border: 1px solid var(--jp-border-color1, #bdbdbd); }
.lossacc-lab .jupyter-button.mod-primary { background: #005a8c; color: #fff;
  border-color: #005a8c; font-weight: 600; }
.lossacc-lab .jupyter-button.mod-active { outline: none; box-shadow: none;
  border: 2px solid #0072B2; font-weight: 600; line-height: 26px; }
.lossacc-lab .jupyter-button:disabled { opacity: .5; }
.lossacc-lab button:focus-visible, .lossacc-lab select:focus-visible,
.lossacc-lab input:focus-visible, .lossacc-lab summary:focus-visible {
  outline: 3px solid #D55E00; outline-offset: 1px; }

.lossacc-lab .lossacc-controls, .lossacc-lab .lossacc-others { display: flex;
  flex-flow: row wrap; gap: 4px 14px; align-items: center; overflow: visible; }
.lossacc-controls > *, .lossacc-others > * { margin: 0; width: auto; overflow: visible; }
.lossacc-lab .lossacc-others > .lossacc-arms { display: contents; }
@container (max-width: 780px) {
  .lossacc-lab .lossacc-others > .lossacc-arms { display: flex; flex: 1 0 100%; padding: 4px;
    max-height: 156px; overflow-y: auto; border: 1px solid var(--jp-border-color2, #ddd); }
}
.lossacc-row > .lossacc-predicted { align-self: center; }

.lossacc-pictures { display: flex; flex-flow: row wrap; gap: 4px 20px; }
.lossacc-pictures > svg { flex: 1 1 320px; min-width: 0; max-width: 680px !important;
  width: 100%; }
.lossacc-pictures.lossacc-one > svg { flex-basis: 100%; max-width: 540px !important; }
.lossacc-pictures.lossacc-wide > svg { flex-basis: 100%; max-width: 900px !important; }
.lossacc-pictures.lossacc-narrow { display: none; }
@container (max-width: 620px) {
  .lossacc-pictures.lossacc-wide { display: none; }
  .lossacc-pictures.lossacc-narrow { display: flex; }
}
[data-stale="true"] .lossacc-pictures { opacity: .65; }
.lossacc-note { border-left: 4px solid #0072B2; padding: 4px 10px; }
.lossacc-warn { border-left: 4px solid #D55E00; padding: 4px 10px; }
.lossacc-lab progress { width: 120px; height: 16px; vertical-align: middle;
  appearance: none; background: transparent; border: 1px solid currentColor;
  border-radius: 4px; overflow: hidden; }
.lossacc-lab progress::-webkit-progress-bar { background: transparent; }
.lossacc-lab progress::-webkit-progress-value { background: #0072B2; }
.lossacc-lab progress::-moz-progress-bar { background: #0072B2; }
.lossacc-lab .lossacc-progress span { white-space: nowrap; }
.lossacc-lab ul { margin: 4px 0; padding-left: 20px; }
.lossacc-lab li { margin-bottom: 4px; }
.lossacc-lab summary { cursor: pointer; }
.lossacc-lab pre { max-height: 300px; overflow: auto; font-size: 12px; }
.lossacc-hidden { display: none !important; }
</style>"""
