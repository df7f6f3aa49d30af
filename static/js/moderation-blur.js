// Marks areas over a picture by mouse, touch or keys; the rows of the form hold the truth and can be typed as well.
const FIELDS = ["left", "top", "width", "height"];
const SMALLEST = 1;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class Area {
  constructor(row, box) {
    this.row = row;
    this.box = box;
  }

  field(name) {
    return this.row.querySelector(`[name=${name}]`);
  }

  get values() {
    return Object.fromEntries(FIELDS.map((name) => [name, Number.parseFloat(this.field(name).value.replace(",", ".")) || 0]));
  }

  /** Keep the area within the picture and write it into its row. */
  place({ left, top, width, height }) {
    width = clamp(width, SMALLEST, 100);
    height = clamp(height, SMALLEST, 100);
    const kept = { left: clamp(left, 0, 100 - width), top: clamp(top, 0, 100 - height), width, height };
    for (const name of FIELDS) this.field(name).value = String(Math.round(kept[name] * 10) / 10);
    this.draw();
  }

  draw() {
    for (const [name, value] of Object.entries(this.values)) this.box.style[name] = `${value}%`;
    this.box.classList.toggle("mark--ellipse", this.field("shape").value === "ellipse");
  }
}

class Tool {
  constructor(form) {
    this.form = form;
    this.stage = form.querySelector("[data-stage]");
    this.rows = form.querySelector("[data-areas]");
    this.status = form.querySelector("[data-status]");
    const rows = [...this.rows.querySelectorAll("[data-area]")];
    this.blank = rows.at(-1).cloneNode(true);
    this.areas = [];
    form.querySelectorAll(".stage__marks, [data-only-form]").forEach((part) => part.remove());
    form.querySelectorAll("[data-only-script]").forEach((part) => (part.hidden = false));
    for (const row of rows) {
      if (FIELDS.some((name) => row.querySelector(`[name=${name}]`).value.trim())) this.take(row);
      else row.remove();
    }
    this.listen();
    // Why something was refused comes first.
    if (document.querySelector("[autofocus]")) return;
    (this.areas[0]?.box ?? form.querySelector("[data-add]")).focus({ preventScroll: true });
  }

  listen() {
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.stage.addEventListener("dragstart", (event) => event.preventDefault());
    this.form.querySelector("[data-add]").addEventListener("click", () => this.addMiddle());
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** Give a row its box over the picture. */
  take(row) {
    const box = document.createElement("button");
    box.type = "button";
    box.className = "mark";
    box.setAttribute("aria-describedby", "bedienung");
    box.append(Object.assign(document.createElement("span"), { className: "mark__grip" }));
    const area = new Area(row, box);
    const remove = row.querySelector("[data-remove]");
    remove.hidden = false;
    remove.addEventListener("click", () => this.remove(area));
    row.addEventListener("input", () => this.changed(area));
    box.addEventListener("keydown", (event) => this.steer(event, area));
    this.stage.append(box);
    this.areas.push(area);
    area.draw();
    this.name();
    return area;
  }

  add(values) {
    const row = this.blank.cloneNode(true);
    this.rows.append(row);
    const area = this.take(row);
    area.place(values);
    return area;
  }

  addMiddle() {
    const area = this.add(this.around({ x: 50, y: 50 }));
    this.changed(area);
    area.box.focus();
    area.box.scrollIntoView({ block: "nearest" });
  }

  remove(area) {
    const place = this.areas.indexOf(area);
    area.row.remove();
    area.box.remove();
    this.areas.splice(place, 1);
    this.name();
    this.status.textContent = this.form.dataset.gone.replace("#", place + 1);
    (this.areas[Math.min(place, this.areas.length - 1)]?.box ?? this.form.querySelector("[data-add]")).focus();
  }

  /** Number the areas anew and say of each where it lies. */
  name() {
    this.areas.forEach((area, place) => {
      area.row.querySelector("[data-legend]").textContent = this.form.dataset.name.replace("#", place + 1);
      area.box.setAttribute("aria-label", this.told(area));
    });
  }

  told(area) {
    const { left, top, width, height } = area.values;
    const parts = { "#": this.areas.indexOf(area) + 1, L: left, T: top, W: width, H: height };
    return this.form.dataset.said.replace(/#|\b[LTWH]\b/g, (sign) => parts[sign]);
  }

  changed(area) {
    area.draw();
    area.box.setAttribute("aria-label", this.told(area));
    clearTimeout(this.later);
    // Only where it comes to rest: each step would be read out.
    this.later = setTimeout(() => (this.status.textContent = this.told(area)), 300);
  }

  point(event) {
    const frame = this.stage.getBoundingClientRect();
    const share = (at, start, size) => clamp(((at - start) / size) * 100, 0, 100);
    return { x: share(event.clientX, frame.left, frame.width), y: share(event.clientY, frame.top, frame.height) };
  }

  /** An area of the shape of a head around a point. */
  around({ x, y }) {
    const { width, height } = this.stage.getBoundingClientRect();
    const size = { width: 10, height: clamp((10 * 1.3 * width) / height, SMALLEST, 100) };
    return { left: x - size.width / 2, top: y - size.height / 2, ...size };
  }

  grab(event) {
    if (event.button) return;
    event.preventDefault();
    const box = event.target.closest(".mark");
    const start = this.point(event);
    const area = this.areas.find((one) => one.box === box) ?? this.add({ left: start.x, top: start.y, width: 0, height: 0 });
    const mode = box ? (event.target.closest(".mark__grip") ? "size" : "move") : "draw";
    this.follow(event.pointerId, area, mode, start);
  }

  /** Let an area follow the pointer until it is let go. */
  follow(pointer, area, mode, start) {
    const before = area.values;
    const ending = new AbortController();
    const on = (type, act) => this.stage.addEventListener(type, act, { signal: ending.signal });
    this.stage.setPointerCapture(pointer);
    on("pointermove", (event) => {
      area.place(moved(mode, before, start, this.point(event)));
      this.changed(area);
    });
    on("pointerup", () => {
      ending.abort();
      const { width, height } = area.values;
      if (mode === "draw" && (width < 2 || height < 2)) area.place(this.around(start));
      this.changed(area);
      area.box.focus({ preventScroll: true });
    });
    on("pointercancel", () => {
      ending.abort();
      if (mode === "draw") this.remove(area);
      else area.place(before);
    });
  }

  /** The keys of one area. */
  steer(event, area) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { left, top, width, height } = area.values;
    const [x, y] = STEPS[event.key] ?? [0, 0];
    const grown = { "+": 1, "=": 1, "-": -1 }[event.key] ?? 0;
    if (event.key === "Delete" || event.key === "Backspace") this.remove(area);
    else if (event.key === "Enter") this.form.requestSubmit();
    else if (grown) area.place({ left: left - grown / 2, top: top - grown / 2, width: width + grown, height: height + grown });
    else if (x || y) area.place(event.shiftKey ? { left, top, width: width + x, height: height + y } : { left: left + x, top: top + y, width, height });
    else return;
    event.preventDefault();
    if (this.areas.includes(area)) this.changed(area);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
    if (event.key === "Escape") document.querySelector("[data-back]").click();
    else if (event.key.toLowerCase() === "n") this.addMiddle();
    else return;
    event.preventDefault();
  }
}

function moved(mode, before, start, now) {
  const [x, y] = [now.x - start.x, now.y - start.y];
  if (mode === "move") return { ...before, left: before.left + x, top: before.top + y };
  if (mode === "size") return { ...before, width: Math.min(before.width + x, 100 - before.left), height: Math.min(before.height + y, 100 - before.top) };
  return { left: Math.min(start.x, now.x), top: Math.min(start.y, now.y), width: Math.abs(x), height: Math.abs(y) };
}

document.querySelectorAll("[data-module=moderation-blur]").forEach((form) => new Tool(form));
