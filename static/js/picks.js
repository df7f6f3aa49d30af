// The picks of a ballot as they stand in an address: ?bild=N&bild=M. Nothing is kept anywhere else.
const KEY = "bild";

/** What following the button of `view` would do: add, remove, swap or full. */
export function decide(view, picked, size, perTown) {
  if (picked.some((pick) => pick.number === view.number)) return "remove";
  if (picked.filter((pick) => pick.town === view.town).length >= perTown) return "swap";
  return picked.length >= size ? "full" : "add";
}

/** The picks after `view` joined, left, or took the place of the earliest pick of its town. */
export function change(view, picked, state) {
  if (state === "add") return [...picked, view];
  if (state === "remove") return picked.filter((pick) => pick.number !== view.number);
  if (state !== "swap") return picked;
  const place = picked.findIndex((pick) => pick.town === view.town);
  return picked.map((pick, at) => (at === place ? view : pick));
}

/** The same address, carrying these picks. */
export function carrying(address, picked) {
  const url = new URL(address, document.baseURI);
  url.searchParams.delete(KEY);
  for (const pick of picked) url.searchParams.append(KEY, pick.number);
  return url.pathname + url.search + url.hash;
}
