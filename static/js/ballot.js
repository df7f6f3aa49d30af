// On a ballot's pages: a second click sends no second form, and a reload asks for the PIN, not for another mail.
const form = document.querySelector("main form[method=post]");

if (form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  if (form.elements.pin) {
    const request = new URLSearchParams({ anfrage: form.elements.anfrage.value });
    history.replaceState(history.state, "", `${form.getAttribute("action")}?${request}`);
  }
}
