// The cards behind the one that is shown: fetched before anybody asks for them, their pictures too.

// Milliseconds after which a key that waits for the next entry says that it was heard.
const PATIENCE = 60;
const CARDS = 2;

export class Ahead {
  constructor(desk) {
    this.desk = desk;
    this.forget();
  }

  /** Begin anew: what is ready or under way belongs to another card. */
  forget() {
    this.cards = [];
    this.filling = null;
  }

  fill() {
    if (this.filling) return this.filling;
    const { cards } = this;
    this.filling = this.fetch(cards)
      .catch(() => null)
      .finally(() => this.cards === cards && (this.filling = null));
    return this.filling;
  }

  async fetch(cards) {
    let last = cards.at(-1) ?? this.desk.card;
    while (cards.length < CARDS && last.dataset.next) {
      let { ok, card } = await this.desk.load(last.dataset.next);
      const form = card.querySelector("form[data-act=fetch]");
      if (ok && form) ({ ok, card } = await this.desk.load(form.action, { method: "POST", body: bodyOf(form) }));
      if (!ok || !this.isNew(card) || this.cards !== cards) return;
      cards.push(card);
      last = card;
    }
  }

  isNew(card) {
    const { number } = card.dataset;
    const known = [this.desk.card, ...this.cards].map((one) => one.dataset.number);
    return Boolean(number) && !known.includes(number) && !this.desk.done.has(number);
  }

  /** Return the card behind the present one if it is ready soon, else null. */
  async next() {
    const soon = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    if (!this.cards.length) await Promise.race([this.fill(), soon]);
    return this.cards.shift() ?? null;
  }
}

/** Return what a form sends. */
export function bodyOf(form, submitter) {
  return new URLSearchParams(new FormData(form, submitter));
}
