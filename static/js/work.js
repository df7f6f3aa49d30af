// Calculates while a form is filled in (ALTCHA v2), and sends the result along: the price of a form, invisible to people.
// Where anything about that does not work, the form goes without, as it does without JavaScript.
const GOOD_FOR = 8 * 60_000;
const LONGEST_WAIT = 10_000;
// Two at a time keep a core busy while a result is looked at.
const LANES = 2;

export function start(form) {
  if (!globalThis.crypto?.subtle || !form.requestSubmit) return;
  const said = form.querySelector("[data-said]");
  let exercise = begin(form);
  let waiting = false;

  const again = () => {
    exercise.stop.abort();
    exercise = begin(form);
  };
  // What a browser kept for the way back was handed in already.
  addEventListener("pageshow", (event) => {
    if (event.persisted) again();
  });
  form.addEventListener("focusin", () => {
    if (!waiting && (exercise.failed || isOld(exercise))) again();
  });

  // Ahead of all others who listen: while it calculates, nothing is sent.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || (exercise.settled && !isOld(exercise))) return;
      event.preventDefault();
      event.stopPropagation();
      if (!waiting) wait(event.submitter);
    },
    { capture: true },
  );

  async function wait(submitter) {
    waiting = true;
    said.textContent = form.dataset.working;
    if (isOld(exercise)) again();
    const patience = setTimeout(() => exercise.stop.abort(), LONGEST_WAIT);
    await exercise.end;
    clearTimeout(patience);
    said.textContent = "";
    waiting = false;
    form.requestSubmit(submitter);
  }
}

/** Fetches a challenge, solves it and fills the form's field, which stays empty if that did not succeed. */
function begin(form) {
  const exercise = { began: Date.now(), stop: new AbortController(), settled: false, failed: false };
  form.elements.work.value = "";
  exercise.end = work(form, exercise.stop.signal)
    .then((found) => (form.elements.work.value = found))
    .catch(() => (exercise.failed = true))
    .finally(() => (exercise.settled = true));
  return exercise;
}

function isOld(exercise) {
  return Date.now() - exercise.began > GOOD_FOR;
}

async function work(form, signal) {
  return solved(await fetched(form, signal), signal);
}

async function fetched(form, signal) {
  const answer = await fetch(form.dataset.exercise, { signal, cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

/** Tries one counter after the other until the derived key begins as it must. */
async function solved(challenge, signal) {
  const { nonce, salt, keyPrefix, cost, keyLength } = challenge.parameters;
  const [password, salty] = [new Uint8Array([...bytes(nonce), 0, 0, 0, 0]), bytes(salt)];
  let next = 0;
  let solution = null;
  const lane = async () => {
    while (!solution) {
      signal.throwIfAborted();
      const counter = next++;
      const derivedKey = await derived(password.slice(), counter, salty, cost, keyLength);
      if (derivedKey.startsWith(keyPrefix)) solution = { counter, derivedKey };
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  signal.throwIfAborted();
  return btoa(JSON.stringify({ challenge, solution }));
}

async function derived(password, counter, salt, iterations, length) {
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, length * 8));
}

const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
