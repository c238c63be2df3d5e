// The page of drafts: sends each judgment, takes the draft away, and goes on to the next.
import { byId, words } from "./shared.js";

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { question, answers } = form.elements;
  const judged = {
    draft: form.dataset.draft,
    action: event.submitter?.value ?? "accept",
    question: question.value,
    answers: answers?.value ?? "",
  };
  const said = byId("said");
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/drafts", { method: "POST", headers, body: JSON.stringify(judged) });
    said.textContent = (await answer.json()).said;
    if (!answer.ok) return;
    const next = form.nextElementSibling ?? form.previousElementSibling;
    form.remove();
    next.querySelector("textarea")?.focus();
  } catch {
    said.textContent = words.lost;
  }
});
