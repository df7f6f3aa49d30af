// Says now and then that somebody is still here, so that what they have stays theirs; silent while nobody moves.
const EVERY = 60_000;

export function stayPresent(desk) {
  let last = performance.now();
  const { present, token } = desk.root.dataset;

  function moved() {
    if (performance.now() - last < EVERY || !desk.card.dataset.number) return;
    last = performance.now();
    fetch(present, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
  }

  for (const kind of ["keydown", "pointerdown", "pointermove"]) document.addEventListener(kind, moved, { passive: true });
}
