// Keys in a queue, only while the focus is inside one of its texts: A approves or confirms, R opens the
// return, J and K go to the next text and the one before. After an act the text that follows has the focus.
"use strict";
const texts = Array.from(document.querySelectorAll(".queue > .waiting"));
for (const hint of document.querySelectorAll("[data-queue-keys]")) hint.hidden = false;

const go = (text) => {
  if (!text) return;
  text.focus({ preventScroll: true });
  text.scrollIntoView({ block: "start" });
};
// With the button that is in it: the bar at the foot of the window would hide both.
const unfold = (fold) => {
  if (!fold) return;
  fold.open = true;
  fold.querySelector("textarea")?.focus({ preventScroll: true });
  (fold.querySelector("form") || fold).scrollIntoView({ block: "nearest" });
};
const keys = {
  a: (text) => text.querySelector("button[data-act]")?.click(),
  r: (text) => unfold(text.querySelector("details[data-fold]")),
  j: (text) => go(texts[texts.indexOf(text) + 1]),
  k: (text) => go(texts[texts.indexOf(text) - 1]),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.matches("input, textarea, select")) return;
  const text = event.target.closest(".queue > .waiting");
  const act = text && keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act(text);
});
document.addEventListener("click", (event) => {
  const fold = event.target.closest(".queue details[data-fold] > summary")?.parentElement;
  if (!fold || fold.open) return;
  event.preventDefault();
  unfold(fold);
});
const arrived = location.hash.startsWith("#update-") && document.getElementById(location.hash.slice(1));
if (texts.length) (arrived || texts[0]).focus({ preventScroll: !arrived });
