// Shows where a picture went: a copy of it shrinks into its place in the tray.
const MILLISECONDS = 190;

/** Let a copy of the picture fly into the slot; nothing moves for people who asked for less motion. */
export function fly(image, slot) {
  if (!image || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const from = image.getBoundingClientRect();
  const to = slot.getBoundingClientRect();
  const copy = image.cloneNode();
  copy.className = "flyer";
  copy.alt = "";
  copy.setAttribute("aria-hidden", "true");
  Object.assign(copy.style, {
    left: `${from.left}px`,
    top: `${from.top}px`,
    width: `${from.width}px`,
    height: `${from.height}px`,
  });
  document.body.append(copy);
  const x = to.left + to.width / 2 - from.left - from.width / 2;
  const y = to.top + to.height / 2 - from.top - from.height / 2;
  const scale = Math.min(to.width / from.width, to.height / from.height);
  const flight = copy.animate(
    [
      { transform: "none", opacity: 1 },
      { transform: `translate(${x}px, ${y}px) scale(${scale})`, opacity: 0.35 },
    ],
    { duration: MILLISECONDS, easing: "ease-in" },
  );
  flight.finished.finally(() => copy.remove());
}
