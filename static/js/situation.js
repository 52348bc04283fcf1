// Shows of the form what the chosen situation asks for; a field that holds something always stays in sight.
"use strict";
for (const form of document.querySelectorAll("form[data-situation]")) {
  const show = () => {
    const chosen = form.querySelector('input[name="situation"]:checked');
    const progress = !chosen || chosen.value === "progress";
    for (const input of form.querySelectorAll("[data-asked]")) {
      const asked = (input.dataset.asked === "with progress") === progress;
      const field = input.closest(".field");
      const marked = field.querySelector(".field-error, .field-returned");
      field.hidden = !asked && !input.value.trim() && !marked;
    }
  };
  form.addEventListener("change", (event) => { if (event.target.name === "situation") show(); });
  show();
}
