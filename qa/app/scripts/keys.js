// Keys, and clicks beside what is open.
import { field } from "./ask.js";
import { closePanel } from "./panel.js";
import { byId, smooth } from "./shared.js";

const BUTTONS = { o: "open", c: "copy", p: "pin" };
const OPEN = "details.popover[open], details.strength[open]";

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

// j and k go to the next and the previous passage; o opens it in its document, c copies its citation, p pins it.
function moveThroughCards(key) {
  const cards = [...document.querySelectorAll("#answers .card")];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const next = key === "j" ? Math.min(at + 1, cards.length - 1) : Math.max(key === "k" ? at - 1 : at, 0);
  const button = cards[next]?.querySelector(`[data-action=${BUTTONS[key] ?? "open"}]`);
  button?.focus();
  button?.closest(".card").scrollIntoView({ block: "nearest", behavior: smooth() });
  if (key in BUTTONS) button?.click();
}

function toQuestion() {
  document.querySelector("#tabs button[role=tab]")?.click();
  requestAnimationFrame(() => {
    field("question").focus();
    field("question").select();
  });
}

function closeWhatIsOpen() {
  const popover = document.querySelector(OPEN);
  if (document.activeElement === field("question") && document.querySelector("#answers .card")) {
    field("question").blur();
  } else if (popover) {
    popover.open = false;
    popover.querySelector("summary").focus();
  } else if (document.body.classList.contains("has-document")) closePanel();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") closeWhatIsOpen();
  if (typing(event.target)) return;
  if (event.key === "/" && byId("ask")) {
    event.preventDefault();
    toQuestion();
  } else if (event.key === "?") byId("help-sheet")?.showModal();
  else if ("jkocp".includes(event.key)) moveThroughCards(event.key);
});

document.addEventListener("click", (event) => {
  for (const popover of document.querySelectorAll(OPEN)) {
    if (!popover.contains(event.target) && event.target.isConnected) popover.open = false;
  }
  if (event.target.closest("#theme")) window.sourcebook.changeTheme();
  if (event.target.closest("#help")) byId("help-sheet").showModal();
  if (event.target.id === "help-sheet") event.target.close();
});
