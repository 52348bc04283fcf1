// The arrow keys move over the filled cells of a table with data-grid; in a field that is typed in, with Alt.
"use strict";
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const CONTROLS = "a[href], textarea, select, input:not([type=hidden]), button";
document.addEventListener("keydown", (event) => {
  const table = event.target.closest("table[data-grid]");
  const cell = event.target.closest("td, th");
  const step = STEPS[event.key];
  if (!table || !cell || !step || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  if (event.altKey !== event.target.matches("textarea, select, input")) return;
  let row = cell.parentElement;
  let place = cell.cellIndex;
  const rows = Array.from(table.rows);
  for (;;) {
    row = rows[rows.indexOf(row) + step[0]];
    place += step[1];
    if (!row || place < 0 || (step[1] && !row.cells[place])) return;
    const next = row.cells[place];
    const control = next && next.querySelector(CONTROLS);
    if (control) {
      event.preventDefault();
      control.focus();
      return;
    }
  }
});
