// The parts of a long document: those out of view are fetched when they come into view.
// What is fetched is markup that the server made, with every word of the document escaped.

const LINE = 26;
const LETTERS = 62;
let watching = null;
let toEnd = false;

/** Give the missing parts their likely height, and fetch them as they come near. */
export function watchParts(shown) {
  watching?.disconnect();
  const area = shown.querySelector(".text");
  watching = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) load(shown, target);
    },
    { root: area, rootMargin: "1200px" },
  );
  // Parts that come are not of their likely height: who pressed End stays at the end until doing something else.
  toEnd = false;
  area.addEventListener("keydown", ({ key }) => {
    toEnd = key === "End";
  });
  for (const other of ["wheel", "pointerdown", "focusout"]) {
    area.addEventListener(
      other,
      () => {
        toEnd = false;
      },
      { passive: true },
    );
  }
  area.addEventListener("scrollend", () => stayAtEnd(area));
  for (const part of shown.querySelectorAll(".section.away")) {
    const letters = Number(part.dataset.end) - Number(part.dataset.start);
    part.style.minHeight = `${Math.ceil(letters / LETTERS) * LINE}px`;
    watching.observe(part);
  }
}

/** Make sure that the part around a place is there and marks exactly this place. */
export async function fill(shown, start, end) {
  toEnd = false;
  const parts = [...shown.querySelectorAll(".section")];
  const part = parts.find(({ dataset }) => Number(dataset.start) <= start && start < Number(dataset.end));
  if (!part) return;
  const marked = part.querySelector(`mark[data-start="${start}"]`);
  if (part.classList.contains("away") || !marked) await load(shown, part, `${start}-${end}`);
}

/** Fetch the parts that are there once more, with or without marks of words that were looked for. */
export async function refresh(shown) {
  const there = [...shown.querySelectorAll(".section:not(.away)")];
  await Promise.all(there.map((part) => load(shown, part)));
}

function stayAtEnd(area) {
  if (toEnd) area.scrollTop = area.scrollHeight;
}

async function load(shown, part, current = "") {
  watching?.unobserve(part);
  const query = new URLSearchParams();
  for (const { dataset } of shown.querySelectorAll(".places li")) {
    query.append("quote", `${dataset.start}-${dataset.end}`);
  }
  if (current) query.set("current", current);
  if (shown.dataset.words) query.set("words", shown.dataset.words);
  try {
    const answer = await fetch(`/document/${shown.dataset.document}/part/${part.dataset.part}?${query}`);
    if (!answer.ok) return;
    part.innerHTML = await answer.text();
    part.classList.remove("away");
    part.style.minHeight = "";
    stayAtEnd(shown.querySelector(".text"));
    shown.dispatchEvent(new Event("filled"));
  } catch {
    watching?.observe(part);
  }
}
