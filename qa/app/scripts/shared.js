// What every script of the page uses: the blocks that Gradio hands over, what the reader sees now, and small helpers.

export const blocks = {};
export const state = { view: null, serial: 0, asked: 0, placed: null, focus: false };
/** What the scripts say, by what it is for (qa/app/words). */
export const words = JSON.parse(document.getElementById("words").textContent);

export const byId = (id) => document.getElementById(id);
export const narrow = () => window.matchMedia("(max-width: 1023px)").matches;
export const smooth = () =>
  window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

/** Say something to a screen reader. */
export function announce(text) {
  if (text) byId("announce").textContent = text;
}

/** Call `react` whenever the server put something new into an element. */
export function onChange(element, react) {
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["data-serial"] };
  new MutationObserver(react).observe(element, watched);
}

/** Read out what a block says of itself in `data-announcement` whenever it changes. */
export function watchAnnouncements(element) {
  onChange(element, () => announce(element.querySelector("[data-announcement]")?.dataset.announcement));
}

const plurals = new Intl.PluralRules(words.code);

/** Words with a number or a name in the place of {n}, or several by name; a number chooses the plural. */
export function filled(phrase, values) {
  const given = typeof values === "object" ? values : { n: values };
  const text = typeof phrase === "string" ? phrase : (phrase[plurals.select(given.n)] ?? phrase.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(given[name]));
}

/** Show markup that the server's templates made, which escape what others wrote; what had the focus there has it again. */
export function redraw(place, markup, kept = () => {}) {
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const alike = active?.dataset.action ? `[data-action="${active.dataset.action}"]` : active?.localName;
  const at = active && [...place.querySelectorAll(alike)].indexOf(active);
  place.innerHTML = markup;
  kept();
  if (active?.isConnected) active.focus({ preventScroll: true });
  else if (active) place.querySelectorAll(alike)[at]?.focus({ preventScroll: true });
}

/** An element with a class and words in it. */
export function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
