// Pinned passages: this browser keeps where they stand; the server shows their words and makes the files.
import { announce, byId, filled, state, words } from "./shared.js";

const KEY = "pins";
const MAX_PINS = 500;
let removed = null; // the list before something was taken off, for "Undo"
let shown = 0; // the newest request: an older answer is not shown

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function write(pins) {
  localStorage.setItem(KEY, JSON.stringify(pins));
  markPins();
}

const placeOf = ({ dataset: { document, start, end } }) => ({
  document,
  start: Number(start),
  end: Number(end),
});
const same = (one, other) =>
  one.document === other.document && one.start === other.start && one.end === other.end;

/** Show on every card whether it is pinned, and in the head how many passages are. */
export function markPins() {
  const pins = read();
  for (const button of document.querySelectorAll(".card [data-action=pin]")) {
    const on = pins.some((pin) => same(pin, placeOf(button.closest(".card"))));
    button.setAttribute("aria-pressed", String(on));
    const said = on ? words.pinned : words.pin;
    if (button.textContent !== said) button.textContent = said;
  }
  const button = byId("open-pins");
  if (!button) return;
  byId("pin-count").textContent = String(pins.length);
  button.setAttribute("aria-label", filled(words.pins_count, pins.length));
}

function toggle(card) {
  const pins = read();
  const place = placeOf(card);
  const rest = pins.filter((pin) => !same(pin, place));
  if (rest.length < pins.length) {
    write(rest);
    announce(words.unpinned_aloud);
  } else if (pins.length >= MAX_PINS) {
    announce(filled(words.pins_full, MAX_PINS));
  } else {
    write([
      ...pins,
      {
        ...place,
        question: card.closest("[data-question]")?.dataset.question ?? state.view?.question ?? "",
        note: "",
      },
    ]);
    announce(words.pinned_aloud);
  }
}

// ---- The tray.

function send(path, more = {}) {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ pins: read(), ...more }),
  });
}

function tell(sentence) {
  byId("pins-problem").textContent = sentence;
  byId("pins-problem").hidden = !sentence;
}

async function show() {
  const number = ++shown;
  try {
    const answer = await send("/pins");
    const text = await answer.text();
    if (number !== shown) return;
    tell(answer.ok ? "" : text);
    if (answer.ok) byId("pinned").innerHTML = text; // made by the server's templates, which escape document text
  } catch {
    tell(words.lost);
  }
  const dialog = byId("pins");
  const none = read().length === 0;
  dialog.querySelector("[data-action=clear-pins]").hidden = none;
  dialog.querySelector("[data-action=undo-pins]").hidden = removed === null;
  dialog.querySelector("[type=submit]").disabled = none;
}

function open() {
  removed = null;
  byId("pins").showModal();
  show();
}

function keep(pins) {
  removed = read();
  write(pins);
  show();
}

async function save(form) {
  const { format, style } = form.elements;
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const answer = await send(`/pins/export/${format.value}`, { style: style.value });
    if (answer.ok) {
      download(await answer.blob(), `sourcebook-quotes.${format.value}`);
      tell("");
      announce(words.exported_aloud);
    } else tell(await answer.text());
  } catch {
    tell(words.lost);
  }
  button.disabled = false;
}

/** Let the browser save what the server made. */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function act(button) {
  const item = button.closest(".pin-list li");
  const actions = {
    "close-pins": () => byId("pins").close(),
    "clear-pins": () => keep([]),
    "undo-pins": () => {
      write(removed ?? read());
      removed = null;
      show();
    },
    unpin: () => keep(read().filter((pin) => !same(pin, placeOf(item)))),
  };
  actions[button.dataset.action]?.();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.id === "open-pins") open();
  else if (button?.dataset.action === "pin") toggle(button.closest(".card"));
  else if (button?.closest("#pins")) act(button);
  else if (event.target.id === "pins") byId("pins").close(); // the backdrop
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "pin-export") return;
  event.preventDefault();
  save(event.target);
});

document.addEventListener("input", (event) => {
  const item = event.target.closest("#pinned li");
  if (!item) return;
  const place = placeOf(item);
  write(read().map((pin) => (same(pin, place) ? { ...pin, note: event.target.value } : pin)));
});

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  markPins();
  if (byId("pins")?.open) show();
});
