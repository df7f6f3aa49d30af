// The ballot tray without page loads: picks move in and out, every link of the page carries them along.
import { carrying, change, decide } from "./picks.js";
import { fly } from "./flight.js";

class Tray {
  constructor(root) {
    this.root = root;
    this.size = Number(root.dataset.size);
    this.perTown = Number(root.dataset.perTown);
    this.hints = root.dataset.hints.split("|");
    this.slots = root.querySelector(".tray__slots");
    this.hint = root.querySelector(".tray__hint");
    this.status = root.querySelector("[role=status]");
    this.picked = [...this.slots.querySelectorAll("[data-number]")].map((slot) => ({
      number: slot.dataset.number,
      town: slot.dataset.town,
      name: slot.querySelector(".sign__name").textContent,
    }));
    document.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const button = event.target.closest("[data-pick]");
    const filled = event.target.closest(".sign--filled");
    if (!button && !filled) return;
    event.preventDefault();
    if (button) this.chosen(button);
    else this.take(this.picked[[...this.slots.children].indexOf(filled.parentElement)], "remove");
  }

  async chosen(button) {
    const view = { number: button.dataset.pick, town: button.dataset.town, name: button.dataset.name };
    const state = decide(view, this.picked, this.size, this.perTown);
    if (state === "full") {
      this.say(this.root.dataset.full, this.root.dataset.full);
    } else if (state !== "swap" || (await this.asked(view))) {
      this.take(view, state, button);
    }
  }

  take(view, state, button) {
    this.picked = change(view, this.picked, state);
    history.replaceState(history.state, "", carrying(location.href, this.picked));
    this.draw();
    const text = state === "remove" ? this.root.dataset.removed : this.root.dataset.added;
    this.say(this.hints[this.picked.length], text.replace("#", view.name));
    if (!button) return this.root.focus({ preventScroll: true });
    if (state === "remove") return undefined;
    const place = this.picked.findIndex((pick) => pick.number === view.number);
    return fly(button.closest(".view, .full")?.querySelector("img"), this.slots.children[place]);
  }

  asked(view) {
    const dialog = this.root.querySelector("dialog");
    const text = dialog.querySelector("[data-text]");
    text.textContent = text.dataset.text.replace("#", view.name);
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "swap"), { once: true });
    });
  }

  say(shown, spoken) {
    this.hint.textContent = shown;
    this.status.textContent = spoken;
  }

  draw() {
    const places = Array.from({ length: this.size }, (_, place) => this.slot(this.picked[place], place));
    this.slots.replaceChildren(...places);
    this.root.querySelector("[data-go]").hidden = this.picked.length === 0;
    for (const link of document.links) {
      if (link.origin === location.origin && !link.matches("[data-pick], .sign--filled")) {
        link.setAttribute("href", carrying(link.href, this.picked));
      }
    }
    for (const button of document.querySelectorAll("[data-pick]")) this.drawButton(button);
  }

  drawButton(button) {
    const view = { number: button.dataset.pick, town: button.dataset.town };
    const state = decide(view, this.picked, this.size, this.perTown);
    button.dataset.state = state;
    const after = state === "full" ? "#stimmzettel" : carrying(location.href, change(view, this.picked, state));
    button.setAttribute("href", after);
  }

  slot(pick, place) {
    const template = this.root.querySelector(pick ? "[data-filled]" : "[data-empty]");
    const slot = template.content.firstElementChild.cloneNode(true);
    // A name may break after its slash: U+200B does in a text what <wbr> does on the page.
    const words = pick ? pick.name.replaceAll("/", "/\u200b") : place + 1;
    const walker = document.createTreeWalker(slot, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      walker.currentNode.data = walker.currentNode.data.replace("#", words);
    }
    if (pick) {
      Object.assign(slot.dataset, { number: pick.number, town: pick.town });
      const without = this.picked.filter((other) => other !== pick);
      const link = slot.querySelector("a");
      link.setAttribute("href", carrying(location.href, without));
      link.classList.toggle("sign--long", pick.name.split(/[ /-]/).some((part) => part.length > 11));
    }
    return slot;
  }
}

export function start(root) {
  new Tray(root);
}
