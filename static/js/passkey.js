// Asks the browser for a passkey (WebAuthn) and sends its answer with the form around it.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

const ways = {
  create: async (options) => {
    const user = { ...options.user, id: bytes(options.user.id) };
    const asked = { ...options, user, challenge: bytes(options.challenge), excludeCredentials: known(options.excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey: asked });
    const { clientDataJSON, attestationObject } = made.response;
    const transports = made.response.getTransports?.() ?? [];
    return answer(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports });
  },
  get: async (options) => {
    const asked = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const found = await navigator.credentials.get({ publicKey: asked });
    const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
    return answer(found, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    });
  },
};

function answer(credential, response) {
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

export function start(root) {
  const button = root.querySelector("[data-passkey]");
  const said = root.querySelector("[data-said]");
  if (!window.PublicKeyCredential) {
    said.textContent = root.dataset.missing;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    const form = root.closest("form");
    if (!form.reportValidity()) return;
    said.textContent = "";
    button.disabled = true;
    try {
      root.querySelector("[name=antwort]").value = await ways[root.dataset.act](JSON.parse(root.dataset.options));
      form.submit();
    } catch {
      // Cancelled, refused, or no such key here: browsers do not say which.
      said.textContent = root.dataset.refused;
      button.disabled = false;
    }
  });
}
