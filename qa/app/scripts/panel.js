// The document panel: beside the answers, or a sheet from below on a narrow screen.
import { writeAddress } from "./address.js";
import { markCards } from "./answers.js";
import { field } from "./ask.js";
import { readyFind } from "./find.js";
import { showLeaf, toggleLeaf } from "./leaf.js";
import { fill, watchParts } from "./parts.js";
import { blocks, byId, filled, narrow, onChange, smooth, state, words } from "./shared.js";

export const panel = () => byId("panel")?.querySelector(".document");

/** Open a document at a place; with `keep` the address names it. */
export function openDocument(wanted, { keep = false } = {}) {
  const shown = panel();
  document.body.classList.add("sheet", "asked");
  if (keep) {
    state.view = { ...state.view, document: wanted };
    writeAddress(state.view);
  }
  if (shown?.dataset.document === wanted.document && knows(shown, wanted)) {
    document.body.classList.add("has-document");
    moveTo(wanted.start, wanted.end, smooth());
    focusPanel();
    return;
  }
  state.focus = true;
  blocks.panel.events.open({ ...wanted, serial: ++state.serial });
}

function knows(shown, { start, end }) {
  return start !== null && shown.querySelector(`.places [data-start="${start}"][data-end="${end}"]`) !== null;
}

function focusPanel() {
  if (narrow()) panel()?.querySelector("[data-action=close]")?.focus();
}

const ACTIONS = {
  close: closePanel,
  previous: () => step(-1),
  next: () => step(1),
  boilerplate: toggleBoilerplate,
  page: (button) => toggleLeaf(panel(), button),
};

export function readyPanel(element) {
  onChange(element, () => {
    const shown = panel();
    if (!shown || shown.dataset.serial !== state.placed) {
      const something = element.querySelector(".document, .problem") !== null;
      document.body.classList.toggle("has-document", something);
    }
    if (!shown || shown.dataset.serial === state.placed) return;
    state.placed = shown.dataset.serial;
    watchParts(shown);
    readyFind(shown);
    showTwins(shown);
    holdPlace(shown);
    if (shown.dataset.start) moveTo(Number(shown.dataset.start), Number(shown.dataset.end), "auto");
    markCards();
    if (state.focus) focusPanel();
    state.focus = false;
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    ACTIONS[button?.dataset.action]?.(button);
  });
}

/** Below the head: documents that say the same; nothing where there are none. */
async function showTwins(shown) {
  try {
    const answer = await fetch(`/library/twins/${shown.dataset.document}`);
    if (answer.ok) shown.querySelector(".same").innerHTML = await answer.text();
  } catch {
    // a hint only: what matters tells by itself that the server is gone
  }
}

/** Show a place of the text and mark it as the current one, fetching its part of the text if it is not there. */
export async function moveTo(start, end, behavior) {
  const shown = panel();
  Object.assign(shown.dataset, { start, end });
  sayWhere(shown, start, end);
  markCards();
  await fill(shown, start, end);
  let first = null;
  for (const mark of shown.querySelectorAll(".text mark")) {
    const inside = Number(mark.dataset.start) >= start && Number(mark.dataset.end) <= end;
    mark.classList.toggle("current", inside);
    if (inside) first ??= mark;
  }
  if (first) scrollTo(shown.querySelector(".text"), first, behavior);
  showLeaf(shown);
}

function placesOf(shown) {
  return [...shown.querySelectorAll(".places li")].map(({ dataset }) => [
    Number(dataset.start),
    Number(dataset.end),
  ]);
}

function sayWhere(shown, start, end) {
  const places = placesOf(shown);
  const at = places.findIndex(([first, last]) => first === start && last === end);
  const where = shown.querySelector(".where");
  if (where) where.textContent = filled(words.place_of, { n: at + 1 || "–", total: places.length });
}

// Until the reader scrolls, the current place is kept in view while parts of the text around it arrive.
let held = null;

function scrollTo(area, mark, behavior) {
  const place = () =>
    area.scrollTop +
    mark.getBoundingClientRect().top -
    area.getBoundingClientRect().top -
    area.clientHeight / 3;
  const far = Math.abs(place() - area.scrollTop) > 3 * area.clientHeight;
  const go = (how) => area.scrollTo({ top: place(), behavior: how });
  held = mark;
  go(far ? "auto" : behavior);
  // What is laid out now may move the place a little: go there once more.
  requestAnimationFrame(() => requestAnimationFrame(() => held === mark && go(far ? "auto" : behavior)));
}

function holdPlace(shown) {
  const area = shown.querySelector(".text");
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    area.addEventListener(kind, () => {
      held = null;
    });
  }
  shown.addEventListener("filled", () => {
    if (held?.isConnected) scrollTo(area, held, "auto");
  });
}

/** Go to the next (1) or the previous (-1) quote, round from the last to the first. */
export function step(by) {
  const shown = panel();
  const places = shown ? placesOf(shown) : [];
  if (!places.length) return;
  const at = places.findIndex(([start]) => start === Number(shown.dataset.start));
  const [start, end] = places[(at + by + places.length) % places.length];
  moveTo(start, end, smooth());
}

function toggleBoilerplate(button) {
  const on = panel().classList.toggle("with-boilerplate");
  button.setAttribute("aria-pressed", String(on));
}

export function closePanel() {
  document.body.classList.remove("sheet", "has-document");
  if (state.view?.document && state.view.question) {
    state.view = { ...state.view, document: null };
    writeAddress(state.view);
  }
  markCards();
  field("question").focus({ preventScroll: true });
}
