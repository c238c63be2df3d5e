// Adding documents and running the evaluation.
import { blocks } from "./shared.js";

export function readyUpload(element) {
  const input = element.querySelector("#files");
  const drop = element.querySelector("#drop");
  if (!input) return;
  input.addEventListener("change", () => {
    send([...input.files]);
    input.value = "";
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") send([...event.dataTransfer.files]);
    });
  }
}

async function send(files) {
  if (!files.length) return;
  const { element, events, upload } = blocks.upload;
  const lead = element.querySelector(".lead");
  const said = lead.textContent;
  const arrived = [];
  for (const [index, file] of files.entries()) {
    lead.textContent = `Receiving ${index + 1} of ${files.length}…`;
    try {
      const { path } = await upload(file);
      arrived.push({ name: file.name, path });
    } catch {
      arrived.push({ name: file.name, path: "" });
    }
  }
  lead.textContent = said;
  events.arrived({ files: arrived });
}

export function readyEvaluation(element) {
  element.querySelector("#run")?.addEventListener("click", () => blocks.evaluation.events.run({}));
}
