// Answers: open a card's quote or a copy of it, copy its citation, show the card of a value.
import { placeAddress } from "./address.js";
import { keepAsQuestion } from "./evaluation.js";
import { openDocument, panel } from "./panel.js";
import { tellBack } from "./patience.js";
import { announce, byId, onChange, smooth, state, words } from "./shared.js";

/** What the buttons of a card do, by their data-action; each gets the button and its card. */
const cardActions = {
  open: (_, card) => openCard(card),
  copy: (button, card) => copy(button, placeAddress(placeOf(card))),
  "copy-open": (button) => openDocument({ ...placeOf(button), quotes: [] }, { keep: true }),
  show: (button) => showCard(button.dataset.rank),
  keep: keepAsQuestion,
};

export function readyAnswers(element) {
  onChange(element, () => {
    if (Number(element.querySelector("[data-serial]")?.dataset.serial) !== state.asked) return;
    if (!document.body.classList.contains("busy")) return;
    element.closest("#answers").removeAttribute("aria-busy");
    document.body.classList.remove("busy");
    tellBack();
    announce(element.querySelector("[data-announcement]")?.dataset.announcement);
    markCards();
    if (state.view.document) openDocument(state.view.document);
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    if (button) cardActions[button.dataset.action]?.(button, button.closest(".card"));
  });
}

/** The place that a card, or a copy in it, stands for. */
export function placeOf({ dataset }) {
  return { document: dataset.document, start: Number(dataset.start), end: Number(dataset.end) };
}

function quotesIn(id) {
  const places = [...byId("answers").querySelectorAll(".card")].map(placeOf);
  return places.filter((place) => place.document === id).map((place) => [place.start, place.end]);
}

function openCard(card) {
  const place = placeOf(card);
  openDocument({ ...place, quotes: quotesIn(place.document) }, { keep: true });
}

function showCard(rank) {
  const card = byId("answers").querySelector(`.card[data-rank="${rank}"]`);
  card?.scrollIntoView({ block: "start", behavior: smooth() });
  card?.querySelector("[data-action=open]").focus({ preventScroll: true });
}

export async function copy(button, address) {
  const text = `${button.dataset.citation}\n${address}`;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyTheOldWay(text);
    button.focus();
  }
  announce(words.copied_aloud);
  button.textContent = words.copied;
  setTimeout(() => {
    button.textContent = words.copy;
  }, 1600);
}

// Browsers give the clipboard only to pages of this machine or behind https.
function copyTheOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function markCards() {
  const shown = (document.body.classList.contains("has-document") && panel()?.dataset) || {};
  for (const card of byId("answers").querySelectorAll(".card")) {
    const { document: id, start, end } = card.dataset;
    card.classList.toggle("open", id === shown.document && start === shown.start && end === shown.end);
  }
}
