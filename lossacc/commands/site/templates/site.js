// The switch of the theme, and the panels with recorded runs. Nothing here uses a network.
const root = document.documentElement;
const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const theme = document.querySelector("#theme");
const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
theme.hidden = false;
nameTheme();
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
  try { localStorage.setItem("lossacc-theme", root.dataset.theme); } catch { /* this page only */ }
});

// A record is a script that hands over its data: a page opened from a disk may read no other file.
const records = new Map();
window.lossaccRecord = (name, runs) => records.get(name).resolve(runs);
function record(name) {
  if (!records.has(name)) {
    const loads = Promise.withResolvers ? Promise.withResolvers() : withResolvers();
    records.set(name, loads);
    const script = document.createElement("script");
    script.src = `panels/${name}.js`;
    script.onerror = () => { records.delete(name); loads.reject(new Error("not found")); };
    document.head.append(script);
  }
  return records.get(name).promise;
}
function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

function element(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  if (text) made.textContent = text;
  return made;
}

function numbers({ caption, columns, rows }) {
  const table = element("table");
  table.append(element("caption", caption));
  const head = table.createTHead().insertRow();
  columns.forEach((name) => head.append(element("th", name, { scope: "col" })));
  const body = table.createTBody();
  rows.forEach((row) => {
    const line = body.insertRow();
    row.forEach((cell) => { line.insertCell().textContent = cell; });
  });
  const scrolls = element("div", "", { className: "scroll", tabIndex: 0, role: "group" });
  scrolls.setAttribute("aria-label", caption);
  scrolls.append(table);
  return scrolls;
}

// The HTML of a run was made, and escaped, by the package; a reader's words never enter it.
function drawn(run) {
  const parts = document.createDocumentFragment();
  const found = element("p");
  found.append(element("strong", "Found: "), `${run.found} ${run.beside}`);
  const pictures = element("div", "", { className: "pictures" });
  pictures.innerHTML = `${run.curves}<div>${run.plane}</div><div>${run.view.html}</div>`;
  const rest = element("div", "", { className: "claims" });
  rest.innerHTML = run.claims;
  const folded = element("details");
  folded.append(element("summary", "The numbers"), ...run.tables.map(numbers));
  parts.append(found, pictures, rest, folded);
  return parts;
}

// Where the run would begin at the foot of the window, what chooses it goes to the top.
function bringIntoSight(chooser, run) {
  if (run.getBoundingClientRect().bottom <= innerHeight) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  chooser.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

function startPanel(panel) {
  const form = panel.querySelector("form"), status = panel.querySelector("[role=status]");
  const says = panel.querySelector(".says"), shown = panel.querySelector(".run");
  const chosen = () => form.querySelector("[name=variant]:checked");
  form.addEventListener("change", () => { says.textContent = chosen().dataset.says; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = chosen().value;
    const predicted = form.querySelector("[name=predicted]:checked")?.value ?? "";
    try {
      const run = (await record(panel.dataset.record))[name];
      shown.replaceChildren(drawn(run));
      shown.hidden = false;
      bringIntoSight(form.querySelector(".variants"), shown);
      status.textContent = `Variant “${name}”. ${run.verdicts[predicted] ?? ""}`;
    } catch {
      status.textContent = "The recorded runs could not be read. Is the folder “panels” beside this page?";
    }
  });
  says.textContent = chosen().dataset.says;
  form.hidden = false;
  panel.querySelector(".still").hidden = true;
}
document.querySelectorAll(".panel").forEach(startPanel);

// On a narrow screen the table of contents begins folded.
if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".contents details")?.removeAttribute("open");
