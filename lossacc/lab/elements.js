// What the widgets of a panel share: this text stands before that of each of them.

const SVG = "http://www.w3.org/2000/svg";

const make = (name, attributes, parent) => {
  const inSvg = ["svg", "path", "rect", "circle", "g"].includes(name);
  const element = inSvg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  parent?.append(element);
  return element;
};

// JupyterLab moves between cells with arrow keys, unless it is told to leave them alone. It asks
// from the focus upwards, so that a mark further up comes too late.
const ALONE = { "data-lm-suppress-shortcuts": true };
const input = (attributes, parent) => make("input", { ...attributes, ...ALONE }, parent);
