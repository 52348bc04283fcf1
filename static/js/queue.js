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
const keys = {
  a: (text) => text.querySelector("button[data-act]")?.click(),
  r: (text) => {
    const fold = text.querySelector("details[data-fold]");
    if (!fold) return;
    fold.open = true;
    fold.querySelector("textarea").focus();
  },
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
const arrived = location.hash.startsWith("#update-") && document.getElementById(location.hash.slice(1));
if (texts.length) (arrived || texts[0]).focus({ preventScroll: !arrived });
