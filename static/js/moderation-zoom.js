// A picture in full size over everything else: arrows and the mouse move it, fingers do so by themselves.

// So much larger than the room at the least, or there would be nothing to move.
const LARGER = 1.5;

export class Zoom {
  constructor(dialog) {
    this.dialog = dialog;
    this.room = dialog.querySelector(".zoom__room");
    this.room.addEventListener("pointerdown", (event) => this.grab(event));
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "z" && !event.repeat) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => this.room.replaceChildren());
  }

  open(address, alt) {
    const picture = document.createElement("img");
    picture.alt = alt;
    picture.draggable = false;
    picture.addEventListener("load", () => this.fit(picture));
    picture.src = address;
    this.room.replaceChildren(picture);
    this.dialog.showModal();
    this.room.focus();
  }

  fit(picture) {
    const { room } = this;
    picture.style.width = `${Math.max(picture.naturalWidth, room.clientWidth * LARGER)}px`;
    room.scrollTo((room.scrollWidth - room.clientWidth) / 2, (room.scrollHeight - room.clientHeight) / 2);
  }

  grab(start) {
    if (start.pointerType !== "mouse") return;
    const { room } = this;
    const from = { x: room.scrollLeft + start.clientX, y: room.scrollTop + start.clientY };
    const move = (event) => room.scrollTo(from.x - event.clientX, from.y - event.clientY);
    room.setPointerCapture(start.pointerId);
    room.addEventListener("pointermove", move);
    room.addEventListener("pointerup", () => room.removeEventListener("pointermove", move), { once: true });
  }
}
