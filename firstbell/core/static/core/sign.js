// Signing in a box with a finger, a pen or a mouse. Without it, or for whoever cannot draw, the name is typed.
(() => {
  "use strict";
  const form = document.querySelector("form[data-signs]");
  const pad = form?.querySelector("[data-pad]");
  const told = form?.querySelector("[data-strokes]");
  if (!pad || !told) return;
  const box = pad.querySelector("svg");
  const ink = pad.querySelector("g");
  const strokes = [];
  let line = null;

  const at = (event) => {
    const place = box.getBoundingClientRect();
    const inside = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    return [
      inside(((event.clientX - place.left) / place.width) * 600, 600),
      inside(((event.clientY - place.top) / place.height) * 160, 160),
    ];
  };
  const keep = () => (told.value = strokes.length ? JSON.stringify(strokes) : "");
  const draw = (event) => {
    strokes.at(-1).push(at(event));
    line.setAttribute("points", strokes.at(-1).map((point) => point.join()).join(" "));
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    line = ink.appendChild(document.createElementNS(box.namespaceURI, "polyline"));
    strokes.push([]);
    draw(event);
    if (form.elements.way) form.elements.way.value = "draw";
  });
  box.addEventListener("pointermove", (event) => line && draw(event));
  const lift = () => {
    line = null;
    keep();
  };
  box.addEventListener("pointerup", lift);
  box.addEventListener("pointercancel", lift);
  pad.querySelector("[data-clears]").addEventListener("click", () => {
    strokes.length = 0;
    ink.replaceChildren();
    keep();
  });
  box.style.touchAction = "none";
  pad.hidden = false;
})();
