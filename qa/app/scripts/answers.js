// Answers: open a card's quote, copy its citation.
import { openDocument, panel } from "./panel.js";
import { announce, byId, onChange, state } from "./shared.js";

export function readyAnswers(element) {
  onChange(element, () => {
    if (Number(element.querySelector("[data-serial]")?.dataset.serial) !== state.asked) return;
    element.closest("#answers").removeAttribute("aria-busy");
    document.body.classList.remove("busy");
    announce(element.querySelector("[data-announcement]")?.dataset.announcement);
    markCards();
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    const card = event.target.closest(".card");
    if (!button || !card) return;
    if (button.dataset.action === "open") openCard(card);
    if (button.dataset.action === "copy") copy(button);
  });
}

function quotesIn(id) {
  const cards = [...byId("answers").querySelectorAll(".card")];
  return cards
    .filter((card) => card.dataset.document === id)
    .map((card) => [Number(card.dataset.start), Number(card.dataset.end)]);
}

function openCard(card) {
  const { document: id, start, end } = card.dataset;
  openDocument({ document: id, start: Number(start), end: Number(end), quotes: quotesIn(id) });
}

export async function copy(button) {
  const text = button.dataset.citation;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  announce("Citation copied.");
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy citation"), 1600);
}

export function markCards() {
  const shown = (document.body.classList.contains("has-document") && panel()?.dataset) || {};
  for (const card of byId("answers").querySelectorAll(".card")) {
    const { document: id, start, end } = card.dataset;
    card.classList.toggle("open", id === shown.document && start === shown.start && end === shown.end);
  }
}
