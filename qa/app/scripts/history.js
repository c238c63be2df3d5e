// The questions asked in this browser: kept only if the reader wants it, shown on the start page, forgotten with one click.
import { byId, made } from "./shared.js";

const SWITCH = "remember-questions";
const KEY = "questions";
const MOST = 20;

const wanted = () => localStorage.getItem(SWITCH) === "yes";
const past = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");

export function keepQuestion(question) {
  if (!wanted()) return;
  const others = past().filter((one) => one !== question);
  localStorage.setItem(KEY, JSON.stringify([question, ...others].slice(0, MOST)));
  show();
}

export function readyHistory(askAgain) {
  const tick = byId("remember");
  tick.checked = wanted();
  tick.addEventListener("change", () => {
    if (tick.checked) localStorage.setItem(SWITCH, "yes");
    else forget();
  });
  byId("forget").addEventListener("click", forget);
  byId("past").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    byId("question").value = button.textContent;
    askAgain(button.textContent);
  });
  show();
}

function forget() {
  localStorage.removeItem(KEY);
  localStorage.removeItem(SWITCH);
  byId("remember").checked = false;
  show();
}

function show() {
  const questions = wanted() ? past() : [];
  byId("forget").hidden = questions.length === 0;
  byId("past").replaceChildren(
    ...questions.map((question) => {
      const button = made("button", "chip", question);
      button.type = "button";
      const item = made("li", "");
      item.append(button);
      return item;
    }),
  );
}
