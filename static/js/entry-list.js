// The list: a tick for the whole page, how many are ticked, and / for the search.

export function start(form) {
  const boxes = [...form.querySelectorAll("input[name=bild]")];
  const head = form.querySelector("thead .entries__tick");
  const some = form.querySelector("option[data-some]");
  const plain = some?.textContent;
  if (!boxes.length || !head) return;

  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", form.querySelector("option[value=seite]").textContent);
  head.replaceChildren(all);

  function tell() {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    some.textContent = ticked ? some.dataset.some.replace("#", ticked) : plain;
  }
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.repeat || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  document.querySelector("[data-search]")?.focus();
});

document.querySelectorAll("[data-module=entry-list]").forEach(start);
