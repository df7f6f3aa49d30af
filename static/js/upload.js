// Sends a chosen photo ahead of its form, in pieces: a break costs one piece at most, a reload none.
// Where anything about that does not work, the form carries the photo itself, as it does without JavaScript.
const SMALLEST = 64 * 1024;
const LARGEST = 768 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30];
const PATIENCE = 60_000;
const RESTARTS = 3;

/** The server's word that this file will not do; `message` is for the reader. */
class Refused extends Error {}

/** The server's word that the same may be asked again soon. */
class Again extends Error {}

/** The server's word that no more may be sent ahead for a long while. */
class Enough extends Error {}

export function start(form) {
  if (!globalThis.crypto?.subtle || !form.requestSubmit) return;
  const input = form.elements.foto;
  const show = display(form);
  let running = null;
  let wanted = false;
  let sent = false;

  input.addEventListener("change", () => {
    running?.abort();
    running = null;
    input.name = "foto";
    const [file] = input.files;
    if (!file) return show.nothing();
    // A photo that a phone keeps only in the cloud may be an empty file.
    if (file.size === 0) return refuse(form.dataset.empty);
    if (file.size > Number(form.dataset.largest)) return refuse(form.dataset.large);
    running = new AbortController();
    deliver(file, form, show, running.signal).then(arrived, (error) => {
      if (error.name !== "AbortError") failed(error);
    });
  });

  form.addEventListener("submit", (event) => {
    if (sent || running || !navigator.onLine) event.preventDefault();
    if (sent) return;
    if (running) {
      wanted = true;
      show.say(form.dataset.pending);
    } else if (!navigator.onLine) {
      show.say(form.dataset.offline);
      addEventListener("online", () => form.requestSubmit(), { once: true });
    } else {
      sent = true;
    }
  });

  addEventListener("pageshow", () => {
    sent = false;
  });

  function arrived(state) {
    running = null;
    // The photo is there: the form need not carry it again.
    input.removeAttribute("name");
    show.done(state.small);
    submitIfWanted();
  }

  function failed(error) {
    running = null;
    if (error instanceof Refused) {
      wanted = false;
      refuse(error.message);
      return;
    }
    // Nobody waits for minutes: a form counts apart from what is sent ahead.
    show.say([...(error instanceof Enough ? [error.message] : []), form.dataset.failed].join(" ").trim());
    submitIfWanted();
  }

  function refuse(message) {
    input.value = "";
    input.required = true;
    show.problem(message);
  }

  function submitIfWanted() {
    if (wanted) form.requestSubmit();
    wanted = false;
  }
}

/** What the reader sees and hears of the transfer. */
function display(form) {
  const box = form.querySelector("[data-transfer]");
  const [bar, line, spoken] = [box.querySelector("progress"), box.querySelector("[data-state]"), form.querySelector("[data-spoken]")];
  let told = -1;
  const set = (text, wrong = false) => {
    box.hidden = false;
    box.classList.toggle("transfer--wrong", wrong);
    line.textContent = text;
  };
  const megabytes = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  return {
    nothing() {
      box.hidden = true;
    },
    say(text) {
      bar.hidden = false;
      set(text);
      spoken.textContent = text;
    },
    progress(received, size) {
      const text = received < size ? form.dataset.sending : form.dataset.checking;
      bar.hidden = false;
      bar.value = (received * 100) / size;
      set(text.replace("{sent}", megabytes.format(received / 1e6)).replace("{size}", megabytes.format(size / 1e6)));
      // Said aloud at the quarters only.
      const quarter = Math.floor((received * 4) / size);
      if (quarter !== told) spoken.textContent = line.textContent;
      told = quarter;
    },
    done(small) {
      bar.value = 100;
      this.say([form.dataset.done, ...(small ? [form.dataset.small] : [])].join(" "));
    },
    problem(text) {
      bar.hidden = true;
      set(text, true);
      spoken.textContent = text;
    },
  };
}

/** Brings a file to the server, however often the network breaks; resolves to the server's last word. */
async function deliver(file, form, show, signal) {
  show.say(form.dataset.reading);
  const digest = await sha256(file);
  signal.throwIfAborted();
  const address = new URL(form.dataset.file, location.href);
  const ask = (offset, piece) => request(address, file, digest, offset, piece, signal);
  let state = await persist(() => ask(), form, show, signal);
  let offset = state.digest === digest ? state.received : 0;
  let length = 4 * SMALLEST;
  let restarts = 0;
  while (!(state.done && state.digest === digest)) {
    if (state.refused && state.digest === digest) throw new Refused(state.problem);
    show.progress(offset, file.size);
    const from = Math.min(offset, file.size - 1);
    const began = performance.now();
    state = await persist(
      () => ask(from, file.slice(from, from + length)),
      form,
      show,
      signal,
      () => {
        length = Math.max(SMALLEST, length / 2);
      },
    );
    if (performance.now() - began < 1500) length = Math.min(LARGEST, length * 2);
    remember(form);
    offset = state.digest === digest ? state.received : 0;
    if (offset < from && ++restarts > RESTARTS) throw new Error(state.problem ?? "no progress");
  }
  return state;
}

/** One question to the server; rejects when the same question may be asked again. */
async function request(address, file, digest, offset, piece, signal) {
  const url = new URL(address);
  const options = { signal: patience(signal), cache: "no-store", credentials: "omit" };
  if (piece) {
    url.search = new URLSearchParams({ ab: offset, groesse: file.size, pruefsumme: digest });
    Object.assign(options, { method: "POST", body: piece, headers: { "Content-Type": "application/octet-stream" } });
  }
  const answer = await fetch(url, options);
  if (answer.status === 429) throw new Enough(await problemOf(answer));
  if (answer.status >= 500 || answer.status === 408) throw new Again(await problemOf(answer));
  const state = await answer.json();
  if (!answer.ok && answer.status !== 409) throw new Refused(state.problem);
  return state;
}

/** What the server says of itself, where it is our own answer. */
async function problemOf(answer) {
  try {
    return (await answer.json()).problem ?? "";
  } catch {
    return "";
  }
}

/** Repeats an act with growing pauses until it succeeds; what the server refuses is not repeated. */
async function persist(act, form, show, signal, slower = () => {}) {
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if ([Refused, Enough, SyntaxError].some((kind) => error instanceof kind)) throw error;
      slower();
      show.say((error instanceof Again && error.message) || form.dataset.waiting);
      await pause(WAITS[Math.min(tries, WAITS.length - 1)] * 1000, signal);
    }
  }
}

/** Waits, at most until the network is back. */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

/** A signal that also ends a request that gets no answer. */
function patience(signal) {
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(), PATIENCE);
  signal.addEventListener("abort", () => { clearTimeout(timer); own.abort(signal.reason); }, { once: true });
  return own.signal;
}

/** A reload finds the photo again. */
function remember(form) {
  const page = new URL(location.href);
  page.searchParams.set("versuch", form.elements.versuch.value);
  history.replaceState(history.state, "", page);
}

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
