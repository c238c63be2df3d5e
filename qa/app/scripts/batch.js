// The Batch page: sends a file of questions, follows how far it is, shows the answer of a row, downloads the results.
import { request, tell } from "./documents.js";
import { entriesOf, readyDrop } from "./drops.js";
import { markPins } from "./pins.js";
import { announce, byId, redraw, words } from "./shared.js";

const EVERY = 400; // milliseconds between two looks
const KEY = "batch"; // of this tab, so that a reload shows it again
const PROBLEM = "batch-problem";
const view = { id: null, page: 1, open: new Set() }; // open: the places of the rows whose answer is wanted

async function send(file) {
  if (!file) return;
  const headers = { "x-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" };
  const text = await request("/batch", { method: "POST", headers, body: file }, PROBLEM);
  if (text === null) return;
  sessionStorage.setItem(KEY, JSON.parse(text).id);
  follow(JSON.parse(text).id);
}

async function follow(id) {
  Object.assign(view, { id, page: 1, open: new Set() });
  while (view.id === id && (await show())) await new Promise((resume) => setTimeout(resume, EVERY));
}

/** Draw the table; gives whether there is more to come. Rows that are open stay open. */
async function show() {
  const { id, page } = view;
  const text = await request(`/batch/${id}?page=${page}`, {}, PROBLEM);
  if (view.id !== id || view.page !== page) return view.id === id;
  if (text === null) {
    view.id = null;
    sessionStorage.removeItem(KEY);
    return false;
  }
  const place = byId("batch-table");
  const shown = [...place.querySelectorAll("tr.answer-row")];
  redraw(place, text, () => {
    for (const row of shown) rowAt(row.dataset.of)?.after(row);
    for (const number of view.open) markOpen(number);
  });
  const ended = place.firstElementChild.dataset.ended === "yes";
  byId("batch-results").hidden = !ended;
  if (ended) announce(place.querySelector("[role=status]").textContent.trim());
  return !ended;
}

const rowAt = (number) => byId("batch-table").querySelector(`tr[data-place="${number}"]`);
const answerOf = (number) => byId("batch-table").querySelector(`tr.answer-row[data-of="${number}"]`);

function markOpen(number) {
  const button = rowAt(number)?.querySelector("[data-action=show-row]");
  button?.setAttribute("aria-expanded", String(view.open.has(number)));
}

// The answer of a row comes later than the click: by then the row may be closed again, or drawn anew.
async function toggle(number) {
  const wanted = !view.open.delete(number);
  if (wanted) view.open.add(number);
  markOpen(number);
  answerOf(number)?.remove();
  if (!wanted) return;
  const { id, open } = view;
  const text = await request(`/batch/${id}/rows/${number}`, {}, PROBLEM);
  if (view.open !== open || !open.has(number) || answerOf(number)) return;
  if (text === null) {
    open.delete(number);
    markOpen(number);
    return;
  }
  const shown = document.createElement("tr");
  shown.className = "answer-row";
  shown.dataset.of = number;
  shown.innerHTML = `<td></td><td colspan="5">${text}</td>`; // made by the server's templates
  rowAt(number)?.after(shown);
  markPins();
}

function clicked(event) {
  const button = event.target.closest("button");
  if (button?.dataset.action === "show-row") toggle(button.closest("tr").dataset.place);
  else if (button?.dataset.action === "cancel-batch")
    request(`/batch/${view.id}/cancel`, { method: "POST" }, PROBLEM);
  else if (button?.dataset.page) {
    Object.assign(view, { page: Number(button.dataset.page), open: new Set() });
    show();
  }
}

export function readyBatch(element) {
  const [input, drop] = [element.querySelector("#batch-file"), element.querySelector("#batch-drop")];
  input.addEventListener("change", () => {
    send(input.files[0]);
    input.value = "";
  });
  readyDrop(drop, (transfer) => {
    const folders = entriesOf(transfer).some((entry) => entry.isDirectory);
    if (transfer.files.length === 1 && !folders) send(transfer.files[0]);
    else tell(words.batch_one_file, PROBLEM);
  });
  element.addEventListener("click", clicked);
  element.querySelector("#batch-results").addEventListener("submit", (event) => {
    event.preventDefault();
    const link = document.createElement("a");
    link.href = `/batch/${view.id}/results/${event.target.elements.format.value}`;
    link.download = "";
    link.click();
  });
  tell("", PROBLEM);
  const id = sessionStorage.getItem(KEY);
  if (id) follow(id);
}
