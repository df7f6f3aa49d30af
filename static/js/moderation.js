// The desk by keyboard: the next entry is fetched ahead and shown at once, the decision is sent behind it.
import * as album from "./moderation-album.js";
import * as checklist from "./moderation-checklist.js";
import { enhance } from "./moderation-town.js";

const KEYS = { a: "approve", s: "skip", j: "next", ArrowRight: "next", k: "back", ArrowLeft: "back", u: "undo" };
// Milliseconds after which a key that waits for the next entry says that it was heard.
const PATIENCE = 60;

class Desk {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[data-status]");
    this.help = root.querySelector("[data-help]");
    this.sending = Promise.resolve();
    this.ahead = null;
    root.addEventListener("submit", (event) => this.submitted(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("toggle", () => this.reveal("details[open] .panel__in"), true);
    document.addEventListener("keydown", (event) => this.pressed(event));
    window.addEventListener("beforeunload", (event) => this.pending && !this.leaving && event.preventDefault());
    this.pending = 0;
    this.prepare();
  }

  get card() {
    return this.root.querySelector("[data-card]");
  }

  /** Wire up the card that is shown and fetch the one behind it. */
  prepare() {
    this.card.querySelectorAll("[data-town-choice]").forEach(enhance);
    checklist.prepare(this.card);
    this.card.querySelectorAll("[data-act=help]").forEach((button) => (button.hidden = false));
    this.ahead = this.card.dataset.next ? this.load(this.card.dataset.next).catch(() => null) : null;
  }

  /** Return the card that an address answers with; its picture starts to load while nobody sees it. */
  async load(address, options = {}) {
    const request = fetch(address, { ...options, headers: { "X-Desk": "1" } });
    const answer = await request.catch(() => {
      throw new Error(this.root.dataset.failed);
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const card = page.querySelector("[data-card]");
    if (card) return { ok: answer.ok, card: document.importNode(card, true) };
    // Whoever is logged out meanwhile reads so, and comes back to the desk after logging in.
    const elsewhere = new URL(answer.url);
    if (!elsewhere.pathname.startsWith("/moderation")) this.leave(`${elsewhere.pathname}?next=/moderation&abgemeldet=1`);
    throw new Error(page.querySelector("h1 + p, main p")?.textContent || this.root.dataset.failed);
  }

  leave(address) {
    this.leaving = true;
    location.assign(address);
  }

  show(card) {
    this.card.replaceWith(card);
    this.prepare();
    this.say(card.dataset.said);
    if (card.querySelector("[role=alert]")) this.reveal("[role=alert]");
    else scrollTo({ top: 0 });
  }

  reveal(part) {
    this.card.querySelector(part)?.scrollIntoView({ block: "nearest" });
  }

  say(text) {
    this.status.textContent = text;
  }

  refuse(text) {
    const place = this.card.querySelector("[data-error]");
    const notice = document.createElement("p");
    notice.className = "notice notice--error";
    notice.role = "alert";
    notice.textContent = text;
    place.replaceChildren(notice);
    this.reveal("[role=alert]");
  }

  /** Send a form behind everything sent before it; resolves to its answer, or null after saying why not. */
  send(form, submitter) {
    const body = new URLSearchParams(new FormData(form, submitter));
    const address = form.action;
    this.pending += 1;
    const sent = this.sending.then(() => this.load(address, { method: "POST", body })).finally(() => (this.pending -= 1));
    this.sending = sent.catch(() => null);
    return sent;
  }

  async decide(form, submitter) {
    const before = this.card;
    if (before.dataset.decided) return;
    before.dataset.decided = "yes";
    const { number } = before.dataset;
    const told = this.root.dataset[form.dataset.act === "approve" ? "approved" : "rejected"].replace("#", number);
    const sent = this.send(form, submitter);
    const next = await Promise.race([this.ahead, new Promise((resolve) => setTimeout(resolve, PATIENCE, null))]);
    if (next?.ok && next.card.dataset.number !== number && this.card === before) this.show(next.card);
    this.card.querySelector("[data-undo]").textContent = `${told}, ${this.root.dataset.saving} …`;
    await this.settle(sent, before, `${told}. `);
  }

  /** Take the server's word: the way back and the place in the queue, or the whole card where it differs. */
  async settle(sent, before, told) {
    const expected = this.card;
    try {
      const { ok, card } = await sent;
      const same = card.dataset.number === this.card.dataset.number;
      if (!ok || (this.card === expected && !same)) this.show(card);
      else if (this.pending === 0) this.renew(card, same ? ["[data-undo]", "[data-place]"] : ["[data-undo]"]);
      if (ok) this.say(told + (same ? card : this.card).dataset.said);
    } catch (error) {
      delete before.dataset.decided;
      if (this.card !== before) this.show(before);
      this.refuse(error.message);
    }
  }

  renew(card, parts) {
    for (const part of parts) {
      const fresh = card.querySelector(part);
      if (fresh) this.card.querySelector(part)?.replaceWith(fresh);
    }
  }

  async go(address) {
    try {
      await this.sending;
      this.show((await this.load(address)).card);
    } catch (error) {
      this.refuse(error.message);
    }
  }

  /** Go to another page once everything is stored. */
  async visit(name) {
    const link = this.card.querySelector(name);
    await this.sending;
    if (link) this.leave(link.href);
  }

  async undo() {
    await this.sending;
    const form = this.card.querySelector("[data-act=undo]");
    if (form) this.stay(form);
  }

  async stay(form, submitter) {
    try {
      this.show((await this.send(form, submitter)).card);
    } catch (error) {
      this.refuse(error.message);
    }
  }

  submitted(event) {
    const { act } = event.target.dataset;
    if (!act) return;
    event.preventDefault();
    if (act === "approve" && !checklist.complete(this)) return;
    if (act === "approve" || act === "reject") this.decide(event.target, event.submitter);
    else this.stay(event.target, event.submitter);
  }

  clicked(event) {
    const link = event.target.closest("[data-act]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.dataset.act === "help") this.help.showModal();
    if (!link.matches("a")) return;
    event.preventDefault();
    this.step(link);
  }

  async step(link) {
    const ready = link.dataset.act === "back" ? null : await this.ahead;
    if (ready?.ok && this.pending === 0 && this.card.contains(link)) this.show(ready.card);
    else this.go(link.href);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
    if (event.key === "Escape") return this.close();
    const typing = event.target.matches("input:not([type=radio]), textarea, select");
    if (typing) return;
    const open = this.card.querySelector("[data-panel][open]");
    if (open?.dataset.panel === "reject" && this.chose(event, open)) return;
    if (open && event.target.matches("input[type=radio]") && event.key.startsWith("Arrow")) return;
    if (checklist.steers(event)) return;
    if (album.choose(event) || (!open && checklist.choose(event, this)) || this.command(event.key)) event.preventDefault();
  }

  /** A digit chooses a reason, Enter sends it. */
  chose(event, panel) {
    if (/^[0-9]$/.test(event.key)) {
      const radio = panel.querySelector(`[data-digit="${event.key}"]`);
      radio.checked = true;
      (event.key === "0" ? panel.querySelector("[name=text]") : radio).focus();
    } else if (event.key === "Enter" && !event.target.matches("button, summary")) {
      panel.querySelector("form").requestSubmit();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  command(pressed) {
    const key = pressed.length === 1 ? pressed.toLowerCase() : pressed;
    if (key === "?") this.help.showModal();
    else if (key === "r") this.open("reject", "input[type=radio]");
    else if (key === "t") this.open("town", "input[name=town]");
    else if (key === "u") this.undo();
    else if (key === "b") album.step(this.card);
    else if (key === "x") checklist.describe(this.card);
    else if (key === "m") this.visit("a[data-blur]");
    else if (key === "a") this.card.querySelector("form[data-act=approve]")?.requestSubmit();
    else if (KEYS[key]) this.card.querySelector(`a[data-act=${KEYS[key]}]`)?.click();
    else return false;
    return true;
  }

  open(name, first) {
    const panel = this.card.querySelector(`[data-panel=${name}]`);
    if (!panel) return;
    panel.open = true;
    panel.querySelector(first).focus();
  }

  close() {
    if (checklist.leave(this.card)) return;
    const panel = this.card.querySelector("details[open]");
    if (!panel) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  }
}

export function start(root) {
  return new Desk(root);
}

document.querySelectorAll("[data-module=moderation]").forEach(start);
