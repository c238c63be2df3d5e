// Keys, and clicks beside what is open.
import { field } from "./ask.js";
import { closePanel } from "./panel.js";
import { byId, smooth } from "./shared.js";

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

// j and k go to the next and the previous passage, o opens it in its document, c copies its citation.
function moveThroughCards(key) {
  const cards = [...document.querySelectorAll("#answers .card")];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const card =
    key === "j" ? cards[Math.min(at + 1, cards.length - 1)] : cards[Math.max(key === "k" ? at - 1 : at, 0)];
  const button = card?.querySelector(`[data-action=${key === "c" ? "copy" : "open"}]`);
  button?.focus();
  button?.scrollIntoView({ block: "nearest", behavior: smooth() });
  if (key === "o" || key === "c") button?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing(event.target) && byId("ask")) {
    event.preventDefault();
    document.querySelector("#tabs button[role=tab]")?.click();
    requestAnimationFrame(() => {
      field("question").focus();
      field("question").select();
    });
  } else if (!typing(event.target) && "jkoc".includes(event.key)) {
    moveThroughCards(event.key);
  } else if (event.key === "Escape") {
    const popover = document.querySelector("details.publishers[open], details.strength[open]");
    if (popover) popover.open = false;
    else if (document.body.classList.contains("sheet")) closePanel();
  }
});

document.addEventListener("click", (event) => {
  for (const popover of document.querySelectorAll("details.publishers[open], details.strength[open]")) {
    if (!popover.contains(event.target)) popover.open = false;
  }
  if (event.target.closest("#theme")) window.sourcebook.changeTheme();
});
