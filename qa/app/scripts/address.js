// The address of a view: the question, all that narrows it, and the open place in a document.

const ONCE = {
  q: "question",
  from: "from",
  to: "to",
  as_of: "as_of",
  limit: "limit",
  sort: "sort",
  time: "time",
};
const MANY = { publisher: "publishers", language: "languages", type: "types" };
const USUAL = { limit: "10", sort: "relevance" };

/** The view that the address names. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const view = {};
  for (const [key, name] of Object.entries(ONCE)) view[name] = query.get(key) ?? USUAL[name] ?? "";
  for (const [key, name] of Object.entries(MANY)) view[name] = query.getAll(key);
  const [start, end] = ["start", "end"].map((key) =>
    query.get(key) === null ? null : Number(query.get(key)),
  );
  view.document = query.get("doc") ? { document: query.get("doc"), start, end, quotes: [] } : null;
  return view;
}

/** Write a view into the address; a new question can be left with the browser's back button. */
export function writeAddress(view, { anew = false } = {}) {
  const query = new URLSearchParams();
  for (const [key, name] of Object.entries(ONCE)) {
    if (view[name] && String(view[name]) !== USUAL[name]) query.set(key, view[name]);
  }
  for (const [key, name] of Object.entries(MANY)) for (const value of view[name]) query.append(key, value);
  if (view.document) addPlace(query, view.document);
  const text = query.toString();
  const address = text ? `?${text}` : location.pathname;
  if (text === location.search.slice(1)) return;
  if (anew) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

/** The whole address of a place in a document. */
export function placeAddress(place) {
  const query = new URLSearchParams();
  addPlace(query, place);
  return `${location.origin}/?${query}`;
}

function addPlace(query, { document, start, end }) {
  query.set("doc", document);
  if (start !== null && start !== undefined) {
    query.set("start", start);
    query.set("end", end);
  }
}
