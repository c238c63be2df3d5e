// The document panel: beside the answers, or a sheet from below on a narrow screen.
import { markCards } from "./answers.js";
import { field } from "./ask.js";
import { blocks, byId, narrow, onChange, smooth, state } from "./shared.js";

export const panel = () => byId("panel")?.querySelector(".document");

export function openDocument(wanted) {
  const shown = panel();
  document.body.classList.add("sheet", "asked");
  if (shown?.dataset.document === wanted.document && wanted.start !== null) {
    document.body.classList.add("has-document");
    moveTo(wanted.start, wanted.end, smooth());
    focusPanel();
    return;
  }
  state.focus = true;
  state.serial += 1;
  blocks.panel.events.open({ ...wanted, serial: state.serial });
}

function focusPanel() {
  if (narrow()) panel()?.querySelector("[data-action=close]")?.focus();
}

export function readyPanel(element) {
  onChange(element, () => {
    const shown = panel();
    if (!shown || shown.dataset.serial !== state.placed) {
      document.body.classList.toggle("has-document", element.querySelector(".document, .problem") !== null);
    }
    if (!shown || shown.dataset.serial === state.placed) return;
    state.placed = shown.dataset.serial;
    if (shown.dataset.start) moveTo(Number(shown.dataset.start), Number(shown.dataset.end), "auto");
    markCards();
    if (state.focus) focusPanel();
    state.focus = false;
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    const action = {
      close: closePanel,
      previous: () => step(-1),
      next: () => step(1),
      boilerplate: toggleBoilerplate,
    }[button?.dataset.action];
    action?.(button);
  });
}

function moveTo(start, end, behavior) {
  const shown = panel();
  shown.dataset.start = start;
  shown.dataset.end = end;
  let first = null;
  for (const mark of shown.querySelectorAll(".text mark")) {
    const inside = Number(mark.dataset.start) >= start && Number(mark.dataset.end) <= end;
    mark.classList.toggle("current", inside);
    if (inside) first ??= mark;
  }
  const places = [...shown.querySelectorAll(".places li")];
  const at = places.findIndex(
    (place) => Number(place.dataset.start) === start && Number(place.dataset.end) === end,
  );
  const where = shown.querySelector(".where");
  if (where) where.textContent = `${at + 1} of ${places.length}`;
  if (first) scrollTo(shown.querySelector(".text"), first, behavior);
  markCards();
}

function scrollTo(area, mark, behavior) {
  const place = () =>
    area.scrollTop +
    mark.getBoundingClientRect().top -
    area.getBoundingClientRect().top -
    area.clientHeight / 3;
  area.scrollTo({ top: place(), behavior });
  // Sections out of view have estimated heights: once they are laid out, the place is exact.
  requestAnimationFrame(() => requestAnimationFrame(() => area.scrollTo({ top: place(), behavior })));
}

function step(by) {
  const shown = panel();
  const places = [...shown.querySelectorAll(".places li")];
  const at = places.findIndex(
    (place) => place.dataset.start === shown.dataset.start && place.dataset.end === shown.dataset.end,
  );
  const next = places[(at + by + places.length) % places.length];
  if (next) moveTo(Number(next.dataset.start), Number(next.dataset.end), smooth());
}

function toggleBoilerplate(button) {
  const on = panel().classList.toggle("with-boilerplate");
  button.setAttribute("aria-pressed", String(on));
}

export function closePanel() {
  document.body.classList.remove("sheet", "has-document");
  markCards();
  field("question").focus({ preventScroll: true });
}
