// The desk: the next two entries are fetched ahead and shown at once, the decision is sent behind them.
import { Ahead, bodyOf } from "./moderation-ahead.js";
import * as checklist from "./moderation-checklist.js";
import { Comparison } from "./moderation-compare.js";
import { listen } from "./moderation-keys.js";
import { stayPresent } from "./moderation-presence.js";
import { enhance } from "./moderation-town.js";
import { Zoom } from "./moderation-zoom.js";

// Times that the next entries are fetched in a row before a person is asked.
const TRIES = 3;
const DECIDES = ["approve", "reject", "park"];
const TOLD = { approve: "approved", reject: "rejected", park: "parked" };

class Desk {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[data-status]");
    this.help = root.querySelector("[data-help]");
    this.zoom = new Zoom(root.querySelector("[data-zoom]"));
    this.comparison = new Comparison(this, root.querySelector("[data-compare-box]"));
    this.sending = Promise.resolve();
    this.pending = 0;
    this.fetches = 0;
    this.done = new Set();
    this.ahead = new Ahead(this);
    root.addEventListener("submit", (event) => this.submitted(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("toggle", () => this.reveal("details[open] .panel__in"), true);
    window.addEventListener("beforeunload", (event) => this.pending && !this.leaving && event.preventDefault());
    listen(this);
    stayPresent(this);
    this.prepare();
  }

  get card() {
    return this.root.querySelector("[data-card]");
  }

  /** Wire up the card that is shown, fetch those behind it, or the next ones where there is none. */
  prepare() {
    this.card.querySelectorAll("[data-town-choice]").forEach(enhance);
    checklist.prepare(this.card);
    this.card.querySelectorAll("[data-act=help]").forEach((button) => (button.hidden = false));
    const form = this.card.querySelector("form[data-act=fetch]");
    if (!form) this.fetches = 0;
    else if (this.fetches++ < TRIES) this.stay(form);
    this.ahead.fill();
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

  /** Put a card in the place of the present one; whoever stood in that one stands in this one. */
  show(card) {
    this.comparison.close();
    const stood = this.card.contains(document.activeElement);
    this.card.replaceWith(card);
    if (stood) card.focus({ preventScroll: true });
    this.prepare();
    if (card.querySelector("[role=alert]")) this.reveal("[role=alert]");
    else scrollTo({ top: 0 });
  }

  /** Show what the server answered instead of what was fetched ahead, and say so. */
  turnTo(card, told = "") {
    this.ahead.forget();
    this.show(card);
    this.say(told + card.dataset.said);
  }

  reveal(part) {
    this.card.querySelector(part)?.scrollIntoView({ block: "nearest" });
  }

  say(text) {
    if (text) this.status.textContent = text;
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
    const body = bodyOf(form, submitter);
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
    this.done.add(number);
    const told = this.root.dataset[TOLD[form.dataset.act]].replace("#", number);
    const sent = this.send(form, submitter);
    const next = await this.ahead.next();
    if (next && this.card === before) this.show(next);
    this.card.querySelector("[data-undo]").textContent = `${told}, ${this.root.dataset.saving} …`;
    await this.settle(sent, before, `${told}. `);
  }

  /** Take the server's word: the way back and what waits, or the whole card where it differs. */
  async settle(sent, before, told) {
    const expected = this.card;
    try {
      const { ok, card } = await sent;
      const same = card.dataset.number === this.card.dataset.number;
      if (!ok) this.done.delete(before.dataset.number);
      if (!ok || (this.card === expected && !same)) return this.turnTo(card, ok ? told : "");
      if (this.pending === 0) this.renew(card, same ? ["undo", "place", "others"] : ["undo", "others"]);
      this.say(told + (same ? card : this.card).dataset.said);
      this.ahead.fill();
    } catch (error) {
      delete before.dataset.decided;
      this.done.delete(before.dataset.number);
      if (this.card !== before) this.turnTo(before);
      this.refuse(error.message);
    }
  }

  renew(card, parts) {
    for (const part of parts) {
      const fresh = card.querySelector(`[data-${part}]`);
      if (fresh) this.card.querySelector(`[data-${part}]`)?.replaceWith(fresh);
    }
  }

  async go(address) {
    await this.sending;
    await this.load(address)
      .then(({ card }) => this.turnTo(card))
      .catch((error) => this.refuse(error.message));
  }

  /** Go to another page once everything is stored. */
  async visit(link) {
    await this.sending;
    this.leave(link.href);
  }

  async stay(form, submitter) {
    await this.send(form, submitter)
      .then(({ card }) => {
        this.done.delete(card.dataset.number);
        this.turnTo(card);
      })
      .catch((error) => this.refuse(error.message));
  }

  submitted(event) {
    const { act } = event.target.dataset;
    if (!act) return;
    event.preventDefault();
    this.comparison.close();
    // Whoever approves beside the comparison has said on the card what must be said.
    const said = this.card.querySelector("form#freigeben");
    if (act === "approve" && event.target !== said) return said?.requestSubmit();
    if (act === "approve" && !checklist.complete(this)) return;
    if (DECIDES.includes(act)) this.decide(event.target, event.submitter);
    else this.stay(event.target, event.submitter);
  }

  clicked(event) {
    const link = event.target.closest("[data-act]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { act } = link.dataset;
    if (act === "help") this.help.showModal();
    if (!link.matches("a")) return;
    event.preventDefault();
    if (act === "zoom") this.zoom.open(link.href, this.card.querySelector(".desk__picture img").alt);
    else if (act === "compare" || act === "other") this.comparison.open(link.href);
    else if (act === "close") this.comparison.close();
    else this.step(link);
  }

  async step(link) {
    const ready = link.dataset.act !== "back" && this.pending === 0 ? await this.ahead.next() : null;
    if (!ready || !this.card.contains(link)) return this.go(link.href);
    this.show(ready);
    this.say(ready.dataset.said);
  }

  async undo() {
    await this.sending;
    this.card.querySelector("[data-act=undo]")?.requestSubmit();
  }
}

document.querySelectorAll("[data-module=moderation]").forEach((root) => new Desk(root));
