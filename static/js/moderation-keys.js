// One key each: whatever carries data-key is pressed, opened or sent by it.
import * as album from "./moderation-album.js";
import * as checklist from "./moderation-checklist.js";

// Milliseconds within which the same key for the same thing is a slip of the finger, not a second wish.
const TWICE = 150;

/** Let the keyboard work the desk; keys that are held down or typed into a field do nothing. */
export function listen(desk) {
  const last = { key: null, at: 0 };

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const dialog = desk.root.querySelector("dialog[open]");
    if (dialog) return dialog === desk.comparison.box && held(event, () => press(dialog, event));
    if (event.key === "Escape") return checklist.leave(desk.card) || close(desk.card);
    if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
    held(event, () => command(event));
  }

  /** Carry a key out once however long it is held. */
  function held(event, act) {
    if (event.repeat ? isCommand(event.key) : act()) event.preventDefault();
  }

  function command(event) {
    // Another key in between: what follows is meant.
    if (event.key.toLowerCase() !== last.key) last.key = null;
    const open = desk.card.querySelector("details.panel[open]");
    if (open && chose(event, open)) return true;
    if (open && event.target.matches("input[type=radio]") && event.key.startsWith("Arrow")) return false;
    if (checklist.steers(event)) return false;
    if (album.choose(event) || (!open && checklist.choose(event, desk))) return true;
    const away = desk.card.querySelector({ m: "a[data-blur]", e: "a[data-rights]" }[event.key] ?? "no-link");
    if (event.key === "?") desk.help.showModal();
    else if (event.key === "/") search(desk.card);
    else if (event.key === "b") album.step(desk.card);
    else if (event.key === "x") checklist.describe(desk.card);
    else if (away) desk.visit(away);
    else return press(desk.card, event);
    return true;
  }

  function press(scope, event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const target = isCommand(key) && scope.querySelector(`[data-key~="${key}"]`);
    if (!target) return false;
    const slipped = target.matches("form") && last.key === key && event.timeStamp - last.at < TWICE;
    last.key = key;
    last.at = event.timeStamp;
    if (slipped) desk.say(desk.root.dataset.twice);
    else if (key === "u") desk.undo();
    else if (target.matches("form")) target.requestSubmit();
    else if (target.matches("details")) toggle(target);
    else target.click();
    return true;
  }

  document.addEventListener("keydown", pressed);
}

function isCommand(key) {
  return /^[a-z0-9]$/i.test(key) || key === "ArrowLeft" || key === "ArrowRight";
}

/** A digit chooses what the open panel offers, Enter sends it; the one that needs words goes on to them. */
function chose(event, panel) {
  const radio = /^[0-9]$/.test(event.key) && panel.querySelector(`[data-digit="${event.key}"]`);
  if (radio) {
    radio.checked = true;
    (radio.matches("[data-words]") ? panel.querySelector("[name=text]") : radio).focus();
    return true;
  }
  if (event.key !== "Enter" || event.target.matches("button, summary, a")) return false;
  panel.querySelector("form")?.requestSubmit();
  return true;
}

function toggle(panel) {
  panel.open = !panel.open;
  const first = panel.querySelector("input:not([type=hidden]), select, textarea");
  (panel.open && first ? first : panel.querySelector("summary")).focus();
}

function close(card) {
  const panel = card.querySelector("details.panel[open]");
  if (!panel) return;
  panel.open = false;
  panel.querySelector("summary").focus();
}

function search(card) {
  const field = card.querySelector("[data-search]");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
  field.select();
}
