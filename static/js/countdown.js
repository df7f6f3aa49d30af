// Keeps "noch 12 Tage" true on a page that stays open.
const MINUTE = 60_000;

/** The words for what is left, in the units that data attributes of the element name. */
export function words(left, said) {
  const minutes = Math.floor(left / MINUTE);
  if (minutes < 1) return said.over;
  const [count, one, many] =
    minutes < 60
      ? [minutes, said.minute, said.minutes]
      : minutes < 48 * 60
        ? [Math.floor(minutes / 60), said.hour, said.hours]
        : [Math.floor(minutes / 1440), said.day, said.days];
  return count === 1 ? one : many.replace("#", count);
}

export function start(element) {
  const until = new Date(element.dateTime);
  const tell = () => {
    element.textContent = words(until - Date.now(), element.dataset);
  };
  tell();
  setInterval(tell, MINUTE);
}
