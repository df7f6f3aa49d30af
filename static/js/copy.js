// A button that copies the words of a text field: <textarea data-module="copy" data-copy="Kopieren" data-copied="Kopiert">.
const SHOWN = 2_000;

function start(field) {
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--second button--small";
  button.textContent = field.dataset.copy;
  button.setAttribute("aria-describedby", field.id);
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.className = "small";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    said.textContent = field.dataset.copied;
    setTimeout(() => (said.textContent = ""), SHOWN);
  });
  field.after(button, " ", said);
}

document.querySelectorAll("[data-module=copy]").forEach(start);
