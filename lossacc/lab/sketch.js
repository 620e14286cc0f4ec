// Points over the axes that Python drew. A stroke of the mouse or of a finger moves each point
// that it passes; arrow keys move the one that has the focus. Values go to the kernel when a stroke
// ends, so that nothing waits for it.

const NEAR = 4; // pixels: a pointer that is no farther to the side of a point than this is at it

// Between an epoch or a value and its pixel in the axes.
const scales = ({ frame: [left, top, right, bottom], last, top: high, digits }) => ({
  x: epoch => left + (epoch / last) * (right - left),
  y: value => bottom - (value / high) * (bottom - top),
  value: y => within(((bottom - y) / (bottom - top)) * high, high, digits),
});

const within = (value, high, digits) =>
  Math.min(Math.max(Number(value.toFixed(digits)), 0), Number(high.toFixed(digits)));

// Draws all anew; gives what draws the values, when the kernel or another view has changed them.
function build(model, el) {
  const paper = model.get("paper");
  const { epochs, step, large, top, digits } = paper;
  const { x, y, value: valueAt } = scales(paper);
  const at = epochs.map(x);
  let values = [];

  const [width, height] = paper.size;
  el.replaceChildren();
  const group = make("div", { role: "group", "aria-label": paper.how }, el);
  group.style.width = `${paper.width}px`;
  const plot = make("div", { class: "lossacc-sketch-plot" }, group);
  plot.innerHTML = paper.svg;
  const sheet = make("svg", { viewBox: `0 0 ${width} ${height}` }, plot);
  const [left, upper, right, lower] = paper.frame;
  const area = { x: left, y: upper, width: right - left, height: lower - upper };
  make("rect", { ...area, class: "lossacc-sketch-area" }, sheet);
  const line = make("path", { class: "lossacc-sketch-line" }, sheet);
  const points = paper.names.map((name, n) => {
    const says = { role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 0 };
    const more = { "aria-valuemax": top, "aria-orientation": "vertical" };
    return make("circle", { ...says, ...more, ...ALONE, cx: at[n], r: 7 }, sheet);
  });
  const head = make("div", { class: "lossacc-sketch-head" }, plot);
  const told = make("span", { role: "status", title: paper.how }, head);
  const clear = make("button", { type: "button" }, head);
  const done = make("button", { type: "button" }, head);
  clear.textContent = "Clear";

  const shown = () => (values.length ? values : epochs.map(() => paper.start));

  const draw = () => {
    const isDone = model.get("done");
    group.classList.toggle("lossacc-sketch-drawn", values.length > 0);
    group.classList.toggle("lossacc-sketch-done", isDone);
    line.setAttribute("d", `M${shown().map((value, n) => `${at[n]} ${y(value)}`).join("L")}`);
    points.forEach((point, n) => {
      const value = shown()[n];
      point.setAttribute("cy", y(value));
      point.setAttribute("aria-valuenow", value);
      point.setAttribute("aria-valuetext", `${value.toFixed(digits)} ${paper.unit}`);
      point.setAttribute("aria-disabled", isDone);
    });
    const words = isDone ? "Kept" : "Draw what you expect";
    if (told.textContent !== words) {
      told.textContent = words;
    }
    done.textContent = isDone ? "Change" : "Done";
    clear.disabled = done.disabled = values.length === 0;
  };

  const put = (n, value) => {
    values = shown().with(n, value);
    draw();
  };
  const send = () => {
    model.set("values", values);
    model.save_changes();
  };
  const take = () => {
    if (stroke === null) {
      values = model.get("values");
      draw();
    }
  };

  // Strokes. The point that was taken follows the pointer up and down. Once the pointer goes on to
  // another one, the stroke is a line: each point gets the height at which it was passed.
  let stroke = null;
  const pixel = event => {
    const box = sheet.getBoundingClientRect();
    const scale = width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  const nearest = place =>
    at.reduce((best, one, n) => (Math.abs(one - place) < Math.abs(at[best] - place) ? n : best), 0);
  const isNear = (n, place) => Math.abs(at[n] - place) <= NEAR;
  const begin = event => {
    if (model.get("done") || event.button !== 0 || !event.isPrimary) {
      return;
    }
    event.preventDefault();
    const [px, py] = pixel(event);
    stroke = { taken: nearest(px), passed: py, isLine: false, last: [px, py] };
    sheet.setPointerCapture(event.pointerId);
    points[stroke.taken].focus({ preventScroll: true });
    put(stroke.taken, valueAt(py));
  };
  const hold = (px, py) => {
    put(stroke.taken, valueAt(py));
    if (isNear(stroke.taken, px)) {
      stroke.passed = py;
    }
  };
  const pass = ([fromX, fromY], [px, py]) => {
    at.forEach((place, n) => {
      if ((place - fromX) * (place - px) < 0) {
        put(n, valueAt(fromY + ((place - fromX) / (px - fromX)) * (py - fromY)));
      } else if (isNear(n, px)) {
        put(n, valueAt(py));
      }
    });
  };
  const move = event => {
    if (stroke === null) {
      return;
    }
    const place = pixel(event);
    if (!stroke.isLine && nearest(place[0]) !== stroke.taken) {
      stroke.isLine = true;
      put(stroke.taken, valueAt(stroke.passed));
    }
    if (stroke.isLine) {
      pass(stroke.last, place);
    } else {
      hold(...place);
    }
    stroke.last = place;
  };
  const end = () => {
    if (stroke !== null) {
      stroke = null;
      send();
    }
  };

  const KEYS = {
    ArrowUp: (value, by) => value + by,
    ArrowRight: (value, by) => value + by,
    ArrowDown: (value, by) => value - by,
    ArrowLeft: (value, by) => value - by,
    PageUp: value => value + large,
    PageDown: value => value - large,
    Home: () => 0,
    End: () => top,
  };
  const press = (event, n) => {
    const moved = KEYS[event.key];
    if (!moved || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!model.get("done")) {
      put(n, within(moved(shown()[n], event.shiftKey ? large : step), top, digits));
      send();
    }
  };

  const settle = isDone => {
    model.set("done", isDone);
    model.save_changes();
    draw();
  };
  sheet.addEventListener("pointerdown", begin);
  sheet.addEventListener("pointermove", move);
  sheet.addEventListener("pointerup", end);
  sheet.addEventListener("pointercancel", end);
  points.forEach((point, n) => point.addEventListener("keydown", event => press(event, n)));
  done.addEventListener("click", () => settle(!model.get("done")));
  clear.addEventListener("click", () => {
    values = [];
    model.set("done", false);
    send();
    draw();
    points[0].focus({ preventScroll: true });
  });
  take();
  return take;
}

function render({ model, el }) {
  el.classList.add("lossacc-sketch");
  let take = build(model, el);
  const show = () => take();
  const rebuild = () => {
    take = build(model, el);
  };
  model.on("change:values change:done", show);
  model.on("change:paper", rebuild);
  return () => {
    model.off("change:values change:done", show);
    model.off("change:paper", rebuild);
  };
}

export default { render };
