// Adding documents: files and folders are sent one by one, then added behind the page while it shows what becomes of each.
import { libraryChanged, request, tell } from "./documents.js";
import { entriesOf, readyDrop } from "./drops.js";
import { announce, byId, filled, redraw, words } from "./shared.js";

const EVERY = 400; // milliseconds between two looks at a job
const AT_ONCE = 3;
const KEY = "upload-jobs"; // of this tab, so that a reload shows them again

const jobs = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
const keep = (ids) => sessionStorage.setItem(KEY, JSON.stringify(ids));

// ---- Finding the files: a folder that was dropped is walked.

async function filesOf(entry, folder = "") {
  if (entry.isFile) {
    const file = await new Promise((found, failed) => entry.file(found, failed));
    return [{ file, name: folder + file.name }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const part = await new Promise((read, failed) => reader.readEntries(read, failed));
    if (!part.length) break;
    for (const inner of part) {
      if (!inner.name.startsWith(".")) found.push(...(await filesOf(inner, `${folder}${entry.name}/`)));
    }
  }
  return found;
}

async function dropped(transfer) {
  const entries = entriesOf(transfer);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = await Promise.all(
    entries.map((entry) =>
      filesOf(entry).catch(() => {
        tell(`${entry.name}: ${words.not_read}`);
        return [];
      }),
    ),
  );
  return found.flat();
}

// ---- Sending them.

async function send(files) {
  if (!files.length) return;
  const begun = await request("/library/jobs", { method: "POST" });
  if (begun === null) return;
  const { id } = JSON.parse(begun);
  const receiving = byId("receiving");
  let [sent, next] = [0, 0];
  receiving.hidden = false;
  const show = () => {
    receiving.querySelector("p").textContent = filled(words.adding_received, {
      n: sent,
      total: files.length,
    });
    receiving.querySelector("progress").value = sent / files.length;
  };
  const work = async () => {
    while (next < files.length) {
      const place = next++;
      await put(id, files[place], place);
      sent += 1;
      show();
    }
  };
  show();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  receiving.hidden = true;
  if ((await request(`/library/jobs/${id}/start`, { method: "POST" })) === null) return;
  keep([...jobs(), id]);
  follow(id);
}

async function put(id, { file, name }, place) {
  try {
    const headers = {
      "x-name": encodeURIComponent(name),
      "x-place": String(place),
      "content-type": "application/octet-stream",
    };
    const answer = await fetch(`/library/jobs/${id}/file`, { method: "PUT", headers, body: file });
    if (!answer.ok) tell(`${name}: ${await answer.text()}`);
  } catch {
    tell(`${name}: ${words.not_sent}`);
  }
}

// ---- Following what becomes of them.

async function follow(id) {
  let place = byId(`job-${id}`);
  if (!place) {
    place = document.createElement("div");
    place.id = `job-${id}`;
    place.dataset.job = id;
    byId("jobs").prepend(place);
  }
  try {
    const answer = await fetch(`/library/jobs/${id}`);
    const text = await answer.text();
    if (!answer.ok) return forget(place, text);
    redraw(place, text);
    tell("");
  } catch {
    tell(words.lost);
  }
  const state = place.querySelector(".job")?.dataset.state;
  if (state === "done" || state === "cancelled") {
    announce(place.querySelector("[role=status]")?.textContent);
    libraryChanged();
  } else setTimeout(() => follow(id), EVERY);
}

function forget(place, sentence = "") {
  keep(jobs().filter((id) => id !== place.dataset.job));
  place.remove();
  if (sentence) tell(sentence);
}

export function readyUploads(element) {
  const [input, folder, drop] = ["files", "folder", "drop"].map((id) => element.querySelector(`#${id}`));
  if (!input) return;
  for (const chooser of [input, folder]) {
    chooser.addEventListener("change", () => {
      send([...chooser.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
      chooser.value = "";
    });
  }
  readyDrop(drop, async (transfer) => send(await dropped(transfer)));
  element.addEventListener("click", (event) => {
    const action = event.target.closest("button")?.dataset.action;
    const place = event.target.closest("[data-job]");
    if (action === "choose-folder") folder.click();
    else if (action === "cancel-job")
      request(`/library/jobs/${place.dataset.job}/cancel`, { method: "POST" });
    else if (action === "dismiss-job") forget(place);
  });
  for (const id of jobs()) follow(id);
}
