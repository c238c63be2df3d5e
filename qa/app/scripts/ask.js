// The question and what narrows it: sent as one view, which the address keeps.
import { readAddress, writeAddress } from "./address.js";
import { keepQuestion, readyHistory } from "./history.js";
import { openDocument } from "./panel.js";
import { awaitAnswer } from "./patience.js";
import { blocks, byId, narrow, onChange, state } from "./shared.js";

export const field = (name) => byId("ask").elements[name];
const SINGLE = ["from", "to", "as_of", "sort", "limit"];
const LISTS = ["publishers", "languages", "types"];
let opened = null;
let focused = null;

/** Show the view of the address: a question, or a document, or the empty box. */
export function start() {
  state.view = readAddress();
  field("question").value = state.view.question;
  if (!narrow() || !state.view.document) field("question").focus();
  if (state.view.question) {
    send(state.view);
    return;
  }
  blocks["question-form"].events.look({ ...state.view, document: null, serial: state.serial });
  if (state.view.document) openDocument(state.view.document);
}
addEventListener("popstate", () => {
  if (!readAddress().question) location.reload();
  else start();
});

/** Ask, and write the view into the address. */
export function ask(view) {
  const anew = view.question !== state.view?.question;
  state.view = { ...view, document: null, time: anew ? "" : view.time };
  writeAddress(state.view, { anew });
  if (view.question.trim()) keepQuestion(view.question.trim());
  send(state.view);
}

function send(view) {
  document.body.classList.add("asked", "busy");
  document.body.classList.remove("sheet");
  byId("answers").setAttribute("aria-busy", "true");
  const { document: _, ...sent } = view;
  state.asked = ++state.serial;
  blocks["question-form"].events.ask({ ...sent, serial: state.asked });
  awaitAnswer(state.asked);
}

/** What the form says now; what it does not show yet stays as it was. */
function readForm() {
  const view = { ...state.view, question: field("question").value };
  if (!byId("filters")) return view;
  for (const name of SINGLE) view[name] = field(name).value;
  for (const name of LISTS) {
    const ticked = byId("filters").querySelectorAll(`input[name=${name}]:checked`);
    view[name] = [...ticked].map((tick) => tick.value);
  }
  return view;
}

/** Narrow the question otherwise: ask again, or show the new counts where nothing is asked yet. */
function narrowTo(view) {
  if (document.body.classList.contains("asked") && view.question.trim()) {
    ask(view);
    return;
  }
  state.view = view;
  writeAddress(view);
  blocks["question-form"].events.look({ ...view, document: null, serial: ++state.serial });
}

/** Count anew what each filter would leave: the library has changed. */
export function lookAgain() {
  blocks["question-form"].events.look({ ...state.view, document: null, serial: ++state.serial });
}

export function readyForm(element) {
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(readForm());
  });
  element.addEventListener("change", (event) => {
    if (event.target.closest("#filters")) narrowTo(readForm());
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) pressed(button);
  });
  readyHistory((question) => ask({ ...readForm(), question }));
}

function pressed(button) {
  const { example, year, remove, value } = button.dataset;
  if (example) {
    field("question").value = example;
    ask(readForm());
  } else if (year) {
    const off = button.getAttribute("aria-pressed") === "true";
    narrowTo({ ...readForm(), from: off ? "" : `${year}-01-01`, to: off ? "" : `${year}-12-31` });
  } else if (remove) {
    narrowTo(without(readForm(), remove, value));
    field("question").focus();
  } else if (button.id === "clear") {
    narrowTo({
      ...readForm(),
      from: "",
      to: "",
      as_of: "",
      time: "",
      publishers: [],
      languages: [],
      types: [],
    });
    field("question").focus();
  } else if (button.id === "with-time") {
    narrowTo({ ...readForm(), time: "" });
  } else if (button.id === "fold") {
    const shown = byId("ask").classList.toggle("unfolded");
    button.setAttribute("aria-expanded", String(shown));
  }
}

function without(view, name, value) {
  if (name === "time") return { ...view, time: "any" };
  if (name === "published") return { ...view, from: "", to: "" };
  if (name === "as_of") return { ...view, as_of: "" };
  return { ...view, [name]: view[name].filter((kept) => kept !== value) };
}

/** The filters come with every answer; what is open or has the focus stays so, and newer choices win. */
export function readyFacets(element) {
  byId("filters-place").append(element.closest("#facets"));
  onChange(element, () => {
    const shown = element.querySelector(".facets");
    if (!shown || shown.classList.contains("placed")) return;
    shown.classList.add("placed");
    if (Number(shown.dataset.serial) !== state.serial && state.view) showChoices(state.view);
    if (opened) openList(byId(opened));
    if (focused && document.activeElement === document.body) shown.querySelector(focused)?.focus();
  });
  element.addEventListener("focusin", (event) => {
    focused = selectorOf(event.target);
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget) focused = null;
  });
  element.addEventListener("toggle", (event) => toggled(event.target), true);
}

function showChoices(view) {
  for (const name of SINGLE) field(name).value = view[name];
  for (const name of LISTS) {
    for (const tick of byId("filters").querySelectorAll(`input[name=${name}]`)) {
      tick.checked = view[name].includes(tick.value);
    }
  }
}

function selectorOf(target) {
  if (target.dataset.year) return `[data-year="${target.dataset.year}"]`;
  if (target.type === "checkbox") return `input[name=${target.name}][value="${CSS.escape(target.value)}"]`;
  return target.name ? `[name=${target.name}]` : null;
}

function toggled(list) {
  if (list.open) {
    opened = list.id;
    for (const other of document.querySelectorAll(".popover[open]")) if (other !== list) other.open = false;
    openList(list);
  } else if (opened === list.id && list.isConnected) {
    opened = null;
  }
}

// A list opens to the side that has room for it.
function openList(list) {
  if (!list) return;
  list.open = true;
  const room = innerWidth - list.getBoundingClientRect().left;
  list.classList.toggle("leftward", room < list.querySelector(".bubble").offsetWidth + 16);
}
