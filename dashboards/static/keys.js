// Keys for the queue and the hit page. Everything also works without this file.
"use strict";

(() => {
  const KEPT = "plainview-single-keys";
  const dialog = document.getElementById("keys");
  if (!dialog) return;

  const toggle = document.getElementById("single-keys");
  const singleKeys = () => localStorage.getItem(KEPT) !== "off";
  const show = () => { toggle.checked = singleKeys(); document.body.classList.toggle("keyed", singleKeys()); };
  toggle.addEventListener("change", () => { localStorage.setItem(KEPT, toggle.checked ? "on" : "off"); show(); });
  show();

  document.querySelector("[data-help]").addEventListener("click", () => dialog.showModal());

  const links = () => [...document.querySelectorAll("#rows h2 a")];

  function step(by) {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
  }

  function open() {
    const at = links().indexOf(document.activeElement);
    if (at >= 0) links()[at].click();
  }

  function choose(number) {
    const radio = document.querySelectorAll("#decide input[type=radio]")[number - 1];
    if (radio) { radio.checked = true; radio.focus(); }
  }

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    o: open,
    r: () => document.getElementById("reason")?.focus(),
    u: () => document.querySelector("[data-back]")?.click(),
    "?": () => dialog.showModal(),
    1: () => choose(1),
    2: () => choose(2),
    3: () => choose(3),
    4: () => choose(4),
  };

  const writing = (element) => element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  document.addEventListener("keydown", (event) => {
    const form = document.getElementById("decide");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && document.activeElement.id === "reason") {
      document.activeElement.blur();
    } else if (singleKeys() && !dialog.open && !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event.target) && actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  });
})();
