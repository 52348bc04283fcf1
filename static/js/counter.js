// Keeps "0 / 60" beside a field true while somebody writes. Without it the server still counts.
"use strict";
for (const counter of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(counter.dataset.counts);
  if (!field) continue;
  const limit = Number(counter.dataset.limit);
  const show = () => {
    // Characters as the server counts them: a line break is one, a rare character is one.
    const length = Array.from(field.value.trim()).length;
    counter.textContent = `${length} / ${limit}`;
    counter.classList.toggle("field-counter-over", length > limit);
  };
  field.addEventListener("input", show);
  show();
}
