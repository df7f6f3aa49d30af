// The strip of an album by keyboard: one key walks along it, a digit chooses.

/** Walk to the picture behind the focused one, else behind the one that stands for the entry; round the end. */
export function step(card) {
  const strip = card.querySelector("[data-act=album]");
  const parts = [...(strip?.querySelectorAll("[data-part]") ?? [])];
  const shown = parts.findIndex((part) => part.querySelector("[aria-current]"));
  const focused = parts.findIndex((part) => part.contains(document.activeElement));
  const start = (focused < 0 ? shown : focused) + 1;
  const ahead = [...parts.slice(start), ...parts.slice(0, start)];
  ahead.map((part) => part.querySelector("button")).find(Boolean)?.focus();
}

/** While the focus is in the strip a digit chooses the picture of that place. */
export function choose(event) {
  const strip = event.target.closest("[data-act=album]");
  if (!strip || !/^[1-9]$/.test(event.key)) return false;
  strip.querySelectorAll("[data-part]")[Number(event.key) - 1]?.querySelector("button")?.click();
  return true;
}
