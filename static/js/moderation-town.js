// Type-ahead over the municipalities of <datalist id="orte">: the first hit is chosen by Enter.
const LIMIT = 8;
const fold = (text) => text.toLocaleLowerCase("de").normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");

let known;
function places() {
  known ??= [...document.querySelectorAll("#orte option")].map(({ value }) => ({ value, folded: fold(value) }));
  return known;
}

/** Names that begin with the words come first, then those that hold them further in. */
export function hits(typed) {
  const wanted = fold(typed.trim());
  if (!wanted) return [];
  const begins = places().filter((place) => place.folded.startsWith(wanted));
  const holds = places().filter((place) => place.folded.indexOf(wanted) > 0);
  return [...begins, ...holds].slice(0, LIMIT).map((place) => place.value);
}

/** Take over from the browser's own list. */
export function enhance(field) {
  const input = field.querySelector("input");
  const list = field.querySelector("[role=listbox]");
  let chosen = 0;
  input.removeAttribute("list");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");

  function draw(values) {
    list.replaceChildren(
      ...values.map((value, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.role = "option";
        option.textContent = value;
        return option;
      }),
    );
    list.hidden = values.length === 0;
    input.setAttribute("aria-expanded", String(values.length > 0));
    list.scrollIntoView({ block: "nearest" });
    choose(0);
  }

  function choose(place) {
    const count = list.children.length;
    chosen = count ? (place + count) % count : 0;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    const active = list.children[chosen];
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    input.value = option.textContent;
    draw([]);
    input.form.requestSubmit();
  }

  input.addEventListener("input", () => draw(hits(input.value)));
  input.addEventListener("blur", () => setTimeout(() => draw([]), 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => event.target.closest("li") && take(event.target.closest("li")));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && list.children[chosen]) {
      event.preventDefault();
      take(list.children[chosen]);
    }
  });
}
