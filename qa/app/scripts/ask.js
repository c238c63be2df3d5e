// The question, its filters, and the address that holds them all.
import { openDocument } from "./panel.js";
import { blocks, byId, onChange, state } from "./shared.js";

const FILTERS = ["from", "to", "as_of"];
export const field = (name) => byId("ask").elements[name];

export function readAddress() {
  const query = new URLSearchParams(location.search);
  const view = {
    question: query.get("q") ?? "",
    publishers: query.getAll("publisher"),
    limit: query.get("limit") ?? "10",
  };
  for (const name of FILTERS) view[name] = query.get(name) ?? "";
  const [start, end] = [query.get("start"), query.get("end")].map((text) =>
    text === null ? null : Number(text),
  );
  view.document = query.get("doc") ? { document: query.get("doc"), start, end, quotes: [] } : null;
  return view;
}

function writeAddress(view) {
  const query = new URLSearchParams();
  if (view.question) query.set("q", view.question);
  for (const name of FILTERS) if (view[name]) query.set(name, view[name]);
  for (const publisher of view.publishers) query.append("publisher", publisher);
  if (String(view.limit) !== "10") query.set("limit", view.limit);
  const text = query.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}

function readForm() {
  const chosen = byId("publisher-place").querySelectorAll("input:checked");
  const shown = byId("publisher-place").querySelector("input") !== null;
  return {
    question: field("question").value,
    from: field("from").value,
    to: field("to").value,
    as_of: field("as_of").value,
    limit: field("limit").value,
    publishers: shown ? [...chosen].map((box) => box.value) : (state.view?.publishers ?? []),
    document: null,
  };
}

function fillForm(view) {
  field("question").value = view.question;
  for (const name of FILTERS) field(name).value = view[name];
  field("limit").value = view.limit;
  if (field("limit").selectedIndex < 0) field("limit").value = "10";
  checkPublishers(view.publishers);
}

export function start() {
  fillForm(state.view);
  showFilters();
  if (state.view.question) ask(state.view);
  else if (state.view.document) openDocument(state.view.document);
  else field("question").focus();
}

export function ask(view) {
  state.view = view;
  writeAddress(view);
  document.body.classList.add("asked");
  document.body.classList.remove("sheet");
  byId("answers").setAttribute("aria-busy", "true");
  document.body.classList.add("busy");
  const { document: _, ...sent } = view;
  state.asked = ++state.serial;
  blocks["question-form"].events.ask({ ...sent, serial: state.serial });
}

export function readyForm(element) {
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(readForm());
  });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.example) {
      field("question").value = button.dataset.example;
      ask(readForm());
    } else if (button?.id === "fold") {
      const shown = byId("ask").classList.toggle("unfolded");
      button.setAttribute("aria-expanded", String(shown));
    } else if (button?.id === "clear") {
      for (const name of FILTERS) field(name).value = "";
      checkPublishers([]);
      filtersChanged();
    }
  });
  element.addEventListener("change", (event) => {
    if (event.target.id !== "question") filtersChanged();
  });
}

function filtersChanged() {
  showFilters();
  const view = readForm();
  if (document.body.classList.contains("asked") && view.question.trim()) ask(view);
}

function showFilters() {
  const view = readForm();
  byId("publisher-count").textContent = view.publishers.length ? `: ${view.publishers.length}` : "";
  const set = FILTERS.filter((name) => view[name]).length + (view.publishers.length ? 1 : 0);
  byId("clear").hidden = set === 0;
  byId("filter-count").textContent = set ? ` (${set})` : "";
  for (const name of FILTERS) field(name).classList.toggle("set", Boolean(view[name]));
}

export function watchPublishers(element) {
  const move = () => {
    if (!element.querySelector(".publisher-list")) return;
    const chosen = byId("publisher-place").querySelector("input")
      ? readForm().publishers
      : (state.view ?? readAddress()).publishers;
    byId("publisher-place").replaceChildren(element.querySelector(".publisher-list").cloneNode(true));
    checkPublishers(chosen);
    showFilters();
  };
  onChange(element, move);
  move();
}

function checkPublishers(names) {
  for (const box of byId("publisher-place").querySelectorAll("input"))
    box.checked = names.includes(box.value);
}

// The list of publishers opens to the side that has room for it.
document.addEventListener(
  "toggle",
  (event) => {
    const list = event.target;
    if (list.id === "publisher-filter" && list.open) {
      const room = innerWidth - list.getBoundingClientRect().left;
      list.classList.toggle("rightward", room > list.querySelector(".bubble").offsetWidth + 16);
    }
  },
  true,
);
