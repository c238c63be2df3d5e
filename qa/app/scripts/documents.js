// The Library page: the table of documents, editing, removing with undo, duplicates; adding is in uploads.js.
import { lookAgain } from "./ask.js";
import { announce, byId, filled, state, words } from "./shared.js";
import { readyUploads } from "./uploads.js";

const view = { search: "", sort: "title", order: "ascending", page: 1, facets: {} };
let newest = 0; // an older answer than the newest request is not shown
let typed = null;
let removed = [];
let edited = null;

export function tell(sentence, place = "library-problem") {
  byId(place).textContent = sentence;
  byId(place).hidden = !sentence;
}

/** Ask the server; gives its text, or null after telling what went wrong. */
export async function request(path, options = {}, place = "library-problem") {
  try {
    const answer = await fetch(path, options);
    const text = await answer.text();
    tell(answer.ok ? "" : text, place);
    return answer.ok ? text : null;
  } catch {
    tell(words.lost, place);
    return null;
  }
}

function post(path, value, place) {
  const body = JSON.stringify(value);
  return request(path, { method: "POST", headers: { "content-type": "application/json" }, body }, place);
}

// ---- The table. Its markup comes from the server's templates, which escape document text.

async function showDocuments() {
  const number = ++newest;
  const list = byId("document-list");
  list.setAttribute("aria-busy", "true");
  const { facets, ...plain } = view;
  const text = await request(`/library/documents?${new URLSearchParams({ ...plain, ...facets })}`);
  if (number !== newest) return;
  if (text !== null) {
    const place = focused(list);
    list.innerHTML = text;
    if (place) list.querySelector(place)?.focus();
    view.page = Number(list.querySelector("section")?.dataset.page ?? 1);
  }
  list.setAttribute("aria-busy", "false");
}

// What had the focus has it again after the table was drawn anew.
function focused(list) {
  const { sort, facet, orderBy } = list.contains(document.activeElement)
    ? document.activeElement.dataset
    : {};
  if (orderBy !== undefined) return "[data-order-by]";
  return sort ? `[data-sort=${sort}]` : facet ? `[data-facet=${facet}]` : null;
}

async function showState() {
  const text = await request("/library/state");
  if (text !== null) byId("library-state").innerHTML = text;
}

/** After documents came, went or changed. */
export function libraryChanged() {
  showDocuments();
  showState();
  if (state.view) lookAgain();
}

function choose(change) {
  Object.assign(view, { page: 1 }, change);
  showDocuments();
}

// ---- Removing and bringing back.

const rowOf = (element) => element.closest("tr[data-document]");
const chosenRows = () =>
  [...document.querySelectorAll("#document-list [data-action=choose]:checked")].map(rowOf);

function markChosen() {
  const number = chosenRows().length;
  const button = document.querySelector("#document-list [data-action=remove-chosen]");
  if (!button) return;
  button.disabled = number === 0;
  button.textContent = number ? filled(words.remove_chosen_n, number) : words.remove_chosen;
}

async function remove(rows) {
  const documents = rows.map((row) => row.dataset.document);
  if ((await post("/library/remove", { documents })) === null) return;
  removed = documents;
  const said =
    rows.length === 1
      ? filled(words.removed_one, rows[0].dataset.title)
      : filled(words.removed_many, rows.length);
  byId("library-undo").querySelector("span").textContent = said;
  byId("library-undo").hidden = false;
  announce(said);
  libraryChanged();
}

async function undo() {
  if ((await post("/library/restore", { documents: removed })) === null) return;
  byId("library-undo").hidden = true;
  announce(words.restored_aloud);
  libraryChanged();
}

// ---- Editing.

const FIELDS = ["title", "publisher", "published", "language", "authors", "symbol", "source_url"];

function edit(row) {
  edited = row.dataset;
  const { elements } = byId("edit-form");
  for (const name of FIELDS) elements[name].value = edited[name];
  tell("", "edit-problem");
  byId("edit-document").showModal();
}

async function save(reset) {
  const { elements } = byId("edit-form");
  const sent = { document: edited.document, reset };
  for (const name of FIELDS) {
    if (!reset && elements[name].value.trim() !== edited[name]) sent[name] = elements[name].value;
  }
  if ((await post("/library/edit", sent, "edit-problem")) === null) return;
  byId("edit-document").close();
  announce(words.saved_aloud);
  libraryChanged();
}

// ---- Duplicates.

async function toggleDuplicates(button) {
  const place = byId("duplicates");
  const open = place.hidden;
  button.setAttribute("aria-expanded", String(open));
  place.hidden = !open;
  if (!open) return;
  place.textContent = words.comparing;
  const text = await request("/library/duplicates");
  if (text === null) place.textContent = "";
  else place.innerHTML = text;
}

// ---- What is clicked and typed.

const ACTIONS = {
  edit: (button) => edit(rowOf(button)),
  remove: (button) => remove([rowOf(button)]),
  "remove-chosen": () => remove(chosenRows()),
  "undo-remove": undo,
  "find-duplicates": toggleDuplicates,
  "cancel-edit": () => byId("edit-document").close(),
  "reset-edit": () => save(true),
  "all-documents": () => {
    byId("library-search").value = "";
    choose({ search: "", facets: {} });
  },
};

function clicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { action, sort, order, page } = button.dataset;
  if (action) ACTIONS[action]?.(button);
  else if (sort) choose({ sort, order });
  else if (page) choose({ page: Number(page) });
}

function changed(event) {
  const { facet, action, orderBy } = event.target.dataset;
  if (orderBy !== undefined) {
    const [sort, order] = event.target.value.split(" ");
    choose({ sort, order });
  } else if (facet) {
    const { [facet]: _, ...others } = view.facets;
    choose({ facets: event.target.value ? { ...others, [facet]: event.target.value } : others });
  } else if (action === "choose-all") {
    for (const box of document.querySelectorAll("#document-list [data-action=choose]"))
      box.checked = event.target.checked;
    markChosen();
  } else if (action === "choose") markChosen();
}

/** Called when the page is there; the documents are asked for when they are first seen. */
export function readyDocuments(element) {
  element.addEventListener("click", clicked);
  element.addEventListener("change", changed);
  byId("library-search").addEventListener("input", (event) => {
    clearTimeout(typed);
    typed = setTimeout(() => choose({ search: event.target.value }), 150);
  });
  byId("edit-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save(false);
  });
  readyUploads(element);
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    showDocuments();
    showState();
  });
  seen.observe(element.querySelector("#library"));
}
