// The evaluation page: run a set, filter its questions, compare with an earlier run; and keep a quote as a test question.
import { announce, blocks, byId, filled, made, onChange, state, words } from "./shared.js";

export function readyEvaluation(element) {
  element.querySelector("#run")?.addEventListener("click", () => {
    const own = element.querySelector("input[name=set]:checked")?.value === "own";
    blocks.evaluation.events.run({ own });
  });
}

export function readyFigures(element) {
  onChange(element, () => {
    if (element.querySelector(".pairs:not([data-ready])")) {
      element.querySelector(".pairs").dataset.ready = "yes";
      showPairs(element);
    }
  });
  element.addEventListener("change", (event) => {
    if (event.target.closest(".filter")) showPairs(element);
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest("#compare")) compare(event.target.closest("#compare"));
  });
}

function showPairs(element) {
  const outcome = byId("by-outcome").value;
  const kind = byId("by-kind").value;
  let shown = 0;
  for (const pair of element.querySelectorAll(".pair")) {
    const ended = pair.dataset.outcome;
    const wanted = !outcome || (outcome === "wrong" ? ended !== "right" : ended === outcome);
    pair.hidden = !(wanted && (!kind || pair.dataset.kind === kind));
    if (!pair.hidden) shown += 1;
  }
  byId("pair-count").textContent = filled(words.pairs_shown, shown);
}

async function post(path, value) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
    return { ok: answer.ok, text: await answer.text() };
  } catch {
    return { ok: false, text: words.lost };
  }
}

async function compare(button) {
  const { ok, text } = await post("/evaluation/compare", {
    run: button.dataset.run,
    before: byId("before").value,
  });
  const place = byId("compared");
  if (ok) place.innerHTML = text; // made by the server's templates, which escape every text
  else place.textContent = text;
}

/** The first click asks whether the quote answers the question, the second keeps it. */
export async function keepAsQuestion(button, card) {
  if (button.dataset.asked !== "yes") {
    button.dataset.asked = "yes";
    button.textContent = words.keep_sure;
    announce(words.keep_aloud);
    return;
  }
  button.disabled = true;
  const { document, start, end } = card.dataset;
  const { ok, text } = await post("/questions", {
    question: state.view.question,
    as_of: state.view.as_of,
    answer: button.dataset.answer,
    document,
    start: Number(start),
    end: Number(end),
  });
  button.textContent = ok ? words.kept : words.keep;
  button.disabled = ok;
  delete button.dataset.asked;
  card.querySelector(".kept")?.remove();
  button.closest(".actions").after(made("p", "kept", text));
  announce(text);
}
