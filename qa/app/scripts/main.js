// Where the scripts begin: each Gradio HTML block hands over its element and its events once it is there.
// The scripts move and mark what the server rendered, and never make markup out of document text.
import { readyAnswers } from "./answers.js";
import { readyFacets, readyForm, start } from "./ask.js";
import { readyBatch } from "./batch.js";
import { readyDocuments } from "./documents.js";
import { readyEvaluation, readyFigures } from "./evaluation.js";
import { readyPanel } from "./panel.js";
import { markPins } from "./pins.js";
import { blocks, onChange, watchAnnouncements } from "./shared.js";
import "./keys.js";

// What to do with a block once it is there, by its elem_id.
const READY = {
  masthead: () => {
    window.sourcebook.showTheme();
    markPins();
  },
  "question-form": readyForm,
  facets: readyFacets,
  answers: (element) => {
    readyAnswers(element);
    onChange(element, markPins);
  },
  panel: readyPanel,
  "batch-page": readyBatch,
  "library-page": readyDocuments,
  evaluation: readyEvaluation,
  figures: readyFigures,
};
const NEEDED = ["question-form", "facets", "answers", "panel"];
const SPEAK_FOR_THEMSELVES = ["answers", "panel"];
let started = false;

function attach(name, element, events, upload) {
  blocks[name] = { element, events, upload };
  READY[name]?.(element);
  if (!SPEAK_FOR_THEMSELVES.includes(name)) watchAnnouncements(element);
  if (!started && NEEDED.every((one) => blocks[one])) {
    started = true;
    setTimeout(start, 0);
  }
}

// The head of the page collects the blocks that came before this script.
window.sourcebook.attach = attach;
for (const block of window.sourcebook.waiting) attach(...block);
