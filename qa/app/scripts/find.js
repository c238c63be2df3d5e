// Find in document: the server knows every place, also in parts of the text that are not here yet.
import { moveTo } from "./panel.js";
import { refresh } from "./parts.js";
import { filled, smooth, words } from "./shared.js";

const PAUSE = 250;

export function readyFind(shown) {
  const form = shown.querySelector(".find");
  const input = form.elements.words;
  let places = [];
  let at = -1;
  let waiting = 0;

  function show() {
    const none = input.value.trim() ? words.find_none : "";
    form.querySelector(".tally").textContent = places.length
      ? filled(words.place_of, { n: at + 1, total: places.length })
      : none;
    for (const button of form.querySelectorAll("button")) button.hidden = places.length < 2;
    if (places.length) moveTo(...places[at], smooth());
  }

  function step(by) {
    if (!places.length) return;
    at = (at + by + places.length) % places.length;
    show();
  }

  async function look() {
    clearTimeout(waiting);
    const wanted = input.value.trim();
    if (wanted === (shown.dataset.words ?? "")) return false;
    shown.dataset.words = wanted;
    const query = new URLSearchParams({ words: wanted });
    const found = wanted ? await fetch(`/document/${shown.dataset.document}/find?${query}`) : null;
    places = found?.ok ? await found.json() : [];
    const here = Number(shown.dataset.start ?? 0);
    at = Math.max(
      places.findIndex(([start]) => start >= here),
      0,
    );
    await refresh(shown);
    show();
    return true;
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", async (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (!(await look())) step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && input.value) {
      event.stopPropagation();
      input.value = "";
      look();
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const action = event.target.closest("button")?.dataset.action;
    if (action === "find-next") step(1);
    if (action === "find-previous") step(-1);
  });
}
