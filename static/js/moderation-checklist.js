// What must be said before a picture is published: digits say who can be recognised, X goes to the description.

const part = (card, name) => card.querySelector(name);

/** The desk says itself what is missing: the browser's own bubble is gone before it is read. */
export function prepare(card) {
  const form = part(card, "[data-people]")?.form;
  if (form) form.noValidate = true;
}

/** A digit says who can be recognised; the proof of a consent is typed right behind it. */
export function choose(event, desk) {
  const radio = /^[1-4]$/.test(event.key) && part(desk.card, `[data-people="${event.key}"]`);
  if (!radio) return false;
  if (radio.disabled) {
    desk.refuse(radio.closest("[data-checklist]").dataset.unblurred);
    return true;
  }
  desk.card.querySelector("[data-error]").replaceChildren();
  radio.checked = true;
  radio.focus();
  if (radio.value === "consent") part(desk.card, "[name=people_note]").focus();
  return true;
}

/** Arrows within the row belong to the row. */
export function steers(event) {
  return event.target.matches("[data-people]") && event.key.startsWith("Arrow");
}

export function describe(card) {
  part(card, "[data-alt]")?.focus();
}

/** Leave a field of the checklist for the row, where the keys of the desk count again. */
export function leave(card) {
  const field = document.activeElement;
  if (!field.matches("[data-alt], [name=people_note]")) return false;
  (part(card, "[data-people]:checked") ?? part(card, "[data-people]")).focus();
  return true;
}

/** Return whether all is said; what is missing is said and focused. */
export function complete(desk) {
  const { townless } = desk.card.dataset;
  if (townless) return miss(desk, townless, part(desk.card, "[data-panel=town] summary"));
  const list = desk.card.querySelector("[data-checklist]");
  if (!list) return true;
  const chosen = part(list, "[data-people]:checked");
  const note = part(list, "[name=people_note]");
  const words = part(desk.card, "[data-alt]");
  if (!chosen) return miss(desk, list.dataset.missing, part(list, "[data-people]"));
  if (chosen.value === "consent" && !note.value.trim()) return miss(desk, list.dataset.unproven, note);
  if (!words.value.trim()) return miss(desk, list.dataset.undescribed, words);
  return true;
}

function miss(desk, text, field) {
  desk.refuse(text);
  field.focus();
  return false;
}
