// The runs of a panel, the newest first: each has a box to tick and a name to write.
const LONGEST = 40; // letters of a name, as in run_names.py

function render({ model, el }) {
  const list = make("div", { class: "lossacc-run-list", role: "group", "aria-label": "Runs, newest first" }, el);
  const lines = new Map();
  let asked = null; // the run whose name was written last: the kernel says what it is called now

  const send = (key, value) => {
    model.set(key, value);
    model.save_changes();
  };
  const add = number => {
    const line = make("div", { class: "lossacc-run" });
    list.prepend(line);
    const box = input({ type: "checkbox" }, line);
    const name = input({ type: "text", "aria-label": `Name of run ${number}`, maxlength: LONGEST }, line);
    const told = make("span", {}, line);
    box.addEventListener("change", () => {
      const others = model.get("ticked").filter(one => one !== number);
      send("ticked", box.checked ? [...others, number] : others);
    });
    const call = () => {
      if (model.get("rows").find(row => row.number === number).name === name.value) return; // it is called so
      asked = number;
      send("renamed", [number, name.value]);
    };
    name.addEventListener("change", call);
    name.addEventListener("keydown", event => { // JupyterLab takes Enter away before it makes a change
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        call();
      }
    });
    lines.set(number, { line, box, name, told });
    return lines.get(number);
  };
  const show = () => model.get("rows").forEach(({ number, name, told, says }) => {
    const one = lines.get(number) ?? add(number);
    one.box.checked = model.get("ticked").includes(number);
    one.box.setAttribute("aria-label", `Compare run ${number}, ${name}`);
    if (number === asked || document.activeElement !== one.name) { // else it is being written
      one.name.value = name;
    }
    one.told.textContent = told;
    one.line.title = says;
  });
  const settle = () => {
    if (model.get("renamed").length === 0) {
      show();
      asked = null;
    }
  };
  show();
  model.on("change:rows change:ticked", show);
  model.on("change:renamed", settle);
  return () => {
    model.off("change:rows change:ticked", show);
    model.off("change:renamed", settle);
  };
}

export default { render };
