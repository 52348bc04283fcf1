// Ctrl+Enter sends the form in which somebody writes, by its button with data-ctrl-enter.
// A button with data-print prints the page; it stays hidden where there is no script.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form");
  const button = form && form.querySelector("button[data-ctrl-enter]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
