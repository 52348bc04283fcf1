// Asks why a value is lower than before only where it is. Without this script the question stands at every value.
"use strict";
{
  const typedOf = (form, name) => {
    const inputs = Array.from(form.querySelectorAll(`[name="${CSS.escape(name)}"]`));
    const input = inputs.find((one) => one.type !== "radio" || one.checked);
    return input ? input.value.normalize("NFKC").replace(/[,\s]/g, "") : "";
  };
  for (const question of document.querySelectorAll("[data-below]")) {
    const form = question.closest("form");
    const answer = question.querySelector("input");
    const show = () => {
      const typed = typedOf(form, question.dataset.of);
      const lower = typed !== "" && Number(typed) < Number(question.dataset.below);
      question.hidden = !lower && answer.value === "" && !question.querySelector(".field-error");
      question.parentElement.classList.toggle("value-asked", !question.hidden);
    };
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    show();
  }
}
