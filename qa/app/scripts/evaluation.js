// Running the evaluation.
import { blocks } from "./shared.js";

export function readyEvaluation(element) {
  element.querySelector("#run")?.addEventListener("click", () => blocks.evaluation.events.run({}));
}
