// A pressed button says what is happening and cannot be pressed again: every form that is posted, and links
// to documents (data-pressed) until the file has come. Without this script the server still does an act once.
"use strict";
const PATIENCE = 60000; // Milliseconds after which a page that heard nothing lets itself be pressed again.
const pressed = new Map(); // What was pressed: how it looked before, and the clock that gives it back.

const press = (control, words) => {
  const before = Array.from(control.childNodes);
  pressed.set(control, { before, clock: setTimeout(() => release(control), PATIENCE) });
  control.setAttribute("aria-disabled", "true");
  if (words) control.textContent = words;
};
const release = (control) => {
  const { before, clock } = pressed.get(control);
  clearTimeout(clock);
  pressed.delete(control);
  control.removeAttribute("aria-disabled");
  control.replaceChildren(...before);
};

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const inForm = (control) => control.form === event.target;
  if (Array.from(pressed.keys()).some(inForm)) return event.preventDefault();
  const button = event.submitter || event.target.querySelector('button[type="submit"]');
  if (!button) return;
  const says = button.classList.contains("button");
  press(button, says && (button.dataset.pressed || document.body.dataset.pressed));
});

// The end of a download is told by nothing in a page: the answer carries back, in a cookie that lives a
// minute, the number that the address asked for.
const hasCome = (number) => document.cookie.split("; ").includes(`document=${number}`);
const awaitDocument = (link, number) => {
  if (!pressed.has(link)) return;
  if (hasCome(number)) release(link);
  else setTimeout(() => awaitDocument(link, number), 200);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-pressed]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (pressed.has(link)) return;
  const number = String(Date.now());
  const address = new URL(link.href);
  address.searchParams.set("number", number);
  press(link, link.dataset.pressed);
  location.assign(address);
  awaitDocument(link, number);
});

// Shown again by the browser's arrows, as it was left.
window.addEventListener("pageshow", () => { Array.from(pressed.keys()).forEach(release); });
