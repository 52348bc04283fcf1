// Below the button of an act that may take long (data-progress: where to ask): how far it is. The page makes up a
// number that it sends along and asks by. Without this script the act is done all the same.
"use strict";
{
  const PAUSE = 500; // Milliseconds between two questions.
  const made = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.progress || form.elements.progress) return;
    const number = made().join("");
    const sent = Object.assign(document.createElement("input"), { type: "hidden", name: "progress", value: number });
    const bar = Object.assign(document.createElement("progress"), { className: "progress", hidden: true });
    bar.setAttribute("aria-label", form.dataset.progressLabel);
    form.append(sent, bar);
    const ask = async () => {
      try {
        const answer = await fetch(`${form.dataset.progress}?of=${number}`, { redirect: "error" });
        const { done, whole } = await answer.json();
        if (whole) Object.assign(bar, { hidden: false, max: whole, value: done });
      } catch { /* the site is busy with the act itself: ask again */ }
      setTimeout(ask, PAUSE);
    };
    setTimeout(ask, PAUSE);
  });
}
