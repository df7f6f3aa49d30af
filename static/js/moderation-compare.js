// Two pictures that look alike over the desk; the page behind the link works by itself.

export class Comparison {
  constructor(desk, box) {
    this.desk = desk;
    this.box = box;
  }

  async open(address) {
    try {
      const answer = await fetch(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector("[data-compare]");
      if (!part) throw new Error(this.desk.root.dataset.failed);
      this.box.replaceChildren(document.importNode(part, true));
      if (!this.box.open) this.box.showModal();
      this.box.querySelector("h1").tabIndex = -1;
      this.box.querySelector("h1").focus();
    } catch (error) {
      this.desk.refuse(error.message);
    }
  }

  close() {
    if (this.box.open) this.box.close();
  }
}
