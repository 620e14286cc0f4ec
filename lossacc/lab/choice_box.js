// One of a few values: a row of radio buttons, or the steps of a slider. The group has a name, the
// arrow keys move within it, and Tab passes it in one stop.

function row(model, names, says, id, group) {
  const box = make("div", { class: "lossacc-choice-row" }, group);
  const inputs = names.map((name, n) => {
    const label = make("label", says[n] ? { title: says[n] } : {}, box);
    const radio = input({ type: "radio", name: id, value: n }, label);
    label.append(name);
    radio.addEventListener("change", () => {
      model.set("index", n);
      model.save_changes();
    });
    return radio;
  });
  return () => inputs.forEach((radio, n) => {
    radio.checked = n === model.get("index");
    radio.disabled = model.get("disabled");
  });
}

function steps(model, names, label, id, group) {
  const shown = make("output", { for: id }, group);
  const range = input({ type: "range", id, min: 0, max: names.length - 1, step: 1, "aria-label": label }, group);
  const say = () => {
    const name = names[range.value];
    shown.textContent = name;
    range.setAttribute("aria-valuetext", name);
  };
  range.addEventListener("input", say);
  range.addEventListener("change", () => {
    model.set("index", Number(range.value));
    model.save_changes();
  });
  return () => {
    range.value = model.get("index");
    range.disabled = model.get("disabled");
    say();
  };
}

function render({ model, el }) {
  const { label, names, says, means, steps: sliding } = model.get("what");
  const id = `lossacc-${Math.random().toString(36).slice(2)}`; // each widget has a module of its own
  const named = { class: "lossacc-choice", role: sliding ? "group" : "radiogroup", "aria-label": label };
  const group = make("div", means ? { ...named, "aria-describedby": `${id}-means` } : named, el);
  make("span", { class: "lossacc-choice-name" }, group).textContent = label;
  const show = sliding ? steps(model, names, label, id, group) : row(model, names, says, id, group);
  if (means) {
    make("p", { class: "lossacc-means", id: `${id}-means` }, group).textContent = means;
  }
  show();
  model.on("change:index", show);
  model.on("change:disabled", show);
}

export default { render };
