// While an answer is awaited: whether the server is still there, and a sentence where it is not.
import { announce, byId, made, state, words } from "./shared.js";

const LOOK_AFTER = 2500;

/** Look after the server until the answer with this number is there, or another question is asked. */
export function awaitAnswer(serial) {
  setTimeout(async () => {
    if (state.asked !== serial || !document.body.classList.contains("busy")) return;
    if (await alive()) awaitAnswer(serial);
    else tellGone();
  }, LOOK_AFTER);
}

async function alive() {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

function tellGone() {
  document.body.classList.remove("busy");
  byId("answers").removeAttribute("aria-busy");
  if (byId("gone")) return;
  const problem = made("section", "problem");
  problem.id = "gone";
  problem.setAttribute("role", "alert");
  problem.append(made("p", "", words.gone));
  byId("answers").before(problem);
  announce(words.gone);
  awaitReturn();
}

// Then the page is loaded anew: its address has the question, and Gradio sends nothing while it counts itself cut off.
function awaitReturn() {
  setTimeout(async () => {
    if (!byId("gone")) return;
    if (await alive()) location.reload();
    else awaitReturn();
  }, LOOK_AFTER);
}

export function tellBack() {
  byId("gone")?.remove();
}
