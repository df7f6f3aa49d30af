// Starts one module for each element that names one: <aside data-module="tray"> gets ./tray.js.
const known = new Set(["tray", "countdown", "upload", "passkey", "work"]);

for (const element of document.querySelectorAll("[data-module]")) {
  const name = element.dataset.module;
  if (known.has(name)) {
    import(`./${name}.js`).then((module) => {
      module.start(element);
      element.dataset.started = "";
    });
  }
}
