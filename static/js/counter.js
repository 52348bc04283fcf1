// Keeps "0 / 60" beside a field true while somebody writes. Without it the server still counts.
"use strict";
// Characters as the server counts them (langfang_policy.characters.length): a line break is one, a rare character
// is one, marks and tones belong to what they stand on, a flag is one, what nobody sees is none.
const FLAG = /[\u{1f1e6}-\u{1f1ff}]{2}/gu;
const JOINS = /[\p{M}\u{1f3fb}-\u{1f3ff}\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f]/gu;
const HIDDEN = /[\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\u{e0000}-\u{e0fff}]/gu;
const PRIVATE = /[\u{1d173}-\u{1d17a}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]/gu;
const lengthOf = (text) => {
  const none = [JOINS, HIDDEN, PRIVATE].reduce((left, pattern) => left.replace(pattern, ""), text.replace(FLAG, "x"));
  return Math.max(Array.from(none.trim()).length, Math.ceil(Array.from(text).length / 3));
};
for (const counter of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(counter.dataset.counts);
  if (!field) continue;
  const limit = Number(counter.dataset.limit);
  const show = () => {
    const length = lengthOf(field.value.trim());
    counter.textContent = `${length} / ${limit}`;
    counter.classList.toggle("field-counter-over", length > limit);
  };
  field.addEventListener("input", show);
  show();
}
