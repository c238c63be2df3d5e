// Files and folders dropped on the page: a place that takes them shows it; beside it nothing happens to the page.

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** Let a place take what is dropped on it; `take` gets the browser's DataTransfer. */
export function readyDrop(place, take) {
  for (const kind of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(event.dataTransfer);
    });
  }
}

/** The files and folders of a drop as entries that can be walked; to be called at once, a drop is gone after its event. */
export function entriesOf(transfer) {
  return [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
}

// A file that misses its place would be opened instead of the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
}
