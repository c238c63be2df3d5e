// The Batch page: sends a file of questions, follows how far it is, shows the answer of a row, downloads the results.
import { request, tell } from "./documents.js";
import { markPins } from "./pins.js";
import { announce, byId } from "./shared.js";

const EVERY = 400; // milliseconds between two looks
const KEY = "batch"; // of this tab, so that a reload shows it again
const PROBLEM = "batch-problem";
const view = { id: null, page: 1 };

async function send(file) {
  if (!file) return;
  const headers = { "x-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" };
  const text = await request("/batch", { method: "POST", headers, body: file }, PROBLEM);
  if (text === null) return;
  sessionStorage.setItem(KEY, JSON.parse(text).id);
  follow(JSON.parse(text).id);
}

async function follow(id) {
  Object.assign(view, { id, page: 1 });
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
  const open = [...place.querySelectorAll("tr.answer-row")];
  place.innerHTML = text; // made by the server's templates, which escape what others wrote
  for (const row of open) {
    const above = place.querySelector(`tr[data-place="${row.dataset.of}"]`);
    above?.after(row);
    above?.querySelector("[data-action=show-row]")?.setAttribute("aria-expanded", "true");
  }
  const ended = place.firstElementChild.dataset.ended === "yes";
  byId("batch-results").hidden = !ended;
  if (ended) announce(place.querySelector("[role=status]").textContent.trim());
  return !ended;
}

async function toggle(button) {
  const row = button.closest("tr");
  const open = row.nextElementSibling?.classList.contains("answer-row");
  button.setAttribute("aria-expanded", String(!open));
  if (open) {
    row.nextElementSibling.remove();
    return;
  }
  const text = await request(`/batch/${view.id}/rows/${row.dataset.place}`, {}, PROBLEM);
  if (text === null) return;
  const shown = document.createElement("tr");
  shown.className = "answer-row";
  shown.dataset.of = row.dataset.place;
  shown.innerHTML = `<td></td><td colspan="5">${text}</td>`; // as above
  row.after(shown);
  markPins();
}

function clicked(event) {
  const button = event.target.closest("button");
  if (button?.dataset.action === "show-row") toggle(button);
  else if (button?.dataset.action === "cancel-batch")
    request(`/batch/${view.id}/cancel`, { method: "POST" }, PROBLEM);
  else if (button?.dataset.page) {
    view.page = Number(button.dataset.page);
    show();
  }
}

export function readyBatch(element) {
  const [input, drop] = [element.querySelector("#batch-file"), element.querySelector("#batch-drop")];
  input.addEventListener("change", () => {
    send(input.files[0]);
    input.value = "";
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") send(event.dataTransfer.files[0]);
    });
  }
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
