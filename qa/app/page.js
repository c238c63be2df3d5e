// What happens in the browser: the question form and its address, keys, the document panel, uploads.
// It moves and marks what the server rendered, and never makes markup out of text.
"use strict";
window.sourcebook = (() => {
  const blocks = {};
  const state = { view: null, serial: 0, asked: 0, placed: null, focus: false };
  const byId = (id) => document.getElementById(id);
  const field = (name) => byId("ask").elements[name];
  const narrow = () => window.matchMedia("(max-width: 1023px)").matches;
  const smooth = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  // ---- Blocks: each Gradio HTML block hands over its element and its events once it is there.

  function attach(name, element, events, upload) {
    blocks[name] = { element, events, upload };
    const ready = { masthead: showTheme, "question-form": readyForm, publishers: watchPublishers, answers: watchAnswers, panel: watchPanel, upload: readyUpload, evaluation: readyEvaluation };
    ready[name]?.(element);
    if (name !== "answers" && name !== "panel") watchAnnouncements(element);
    if (blocks["question-form"] && blocks.answers && blocks.panel && !state.view) {
      state.view = readAddress();
      setTimeout(start, 0);
    }
  }

  function onChange(element, react) {
    new MutationObserver(react).observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-serial"] });
  }

  function announce(text) {
    if (text) byId("announce").textContent = text;
  }

  function watchAnnouncements(element) {
    onChange(element, () => announce(element.querySelector("[data-announcement]")?.dataset.announcement));
  }

  // ---- The question, its filters, and the address that holds them all.

  const FILTERS = ["from", "to", "as_of"];

  function readAddress() {
    const query = new URLSearchParams(location.search);
    const view = { question: query.get("q") ?? "", publishers: query.getAll("publisher"), limit: query.get("limit") ?? "10" };
    for (const name of FILTERS) view[name] = query.get(name) ?? "";
    const [start, end] = [query.get("start"), query.get("end")].map((text) => (text === null ? null : Number(text)));
    view.document = query.get("doc") ? { document: query.get("doc"), start, end, quotes: [] } : null;
    return view;
  }

  function writeAddress(view) {
    const query = new URLSearchParams();
    if (view.question) query.set("q", view.question);
    for (const name of FILTERS) if (view[name]) query.set(name, view[name]);
    for (const publisher of view.publishers) query.append("publisher", publisher);
    if (String(view.limit) !== "10") query.set("limit", view.limit);
    const text = query.toString();
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
  }

  function readForm() {
    const chosen = byId("publisher-place").querySelectorAll("input:checked");
    const shown = byId("publisher-place").querySelector("input") !== null;
    return {
      question: field("question").value,
      from: field("from").value,
      to: field("to").value,
      as_of: field("as_of").value,
      limit: field("limit").value,
      publishers: shown ? [...chosen].map((box) => box.value) : (state.view?.publishers ?? []),
      document: null,
    };
  }

  function fillForm(view) {
    field("question").value = view.question;
    for (const name of FILTERS) field(name).value = view[name];
    field("limit").value = view.limit;
    if (field("limit").selectedIndex < 0) field("limit").value = "10";
    checkPublishers(view.publishers);
  }

  function start() {
    fillForm(state.view);
    showFilters();
    if (state.view.question) ask(state.view);
    else if (state.view.document) openDocument(state.view.document);
    else field("question").focus();
  }

  function ask(view) {
    state.view = view;
    writeAddress(view);
    document.body.classList.add("asked");
    document.body.classList.remove("sheet");
    byId("answers").setAttribute("aria-busy", "true");
    document.body.classList.add("busy");
    const { document: _, ...sent } = view;
    state.asked = ++state.serial;
    blocks["question-form"].events.ask({ ...sent, serial: state.serial });
  }

  function readyForm(element) {
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(readForm());
    });
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.example) {
        field("question").value = button.dataset.example;
        ask(readForm());
      } else if (button?.id === "fold") {
        const shown = byId("ask").classList.toggle("unfolded");
        button.setAttribute("aria-expanded", String(shown));
      } else if (button?.id === "clear") {
        for (const name of FILTERS) field(name).value = "";
        checkPublishers([]);
        filtersChanged();
      }
    });
    element.addEventListener("change", (event) => {
      if (event.target.id !== "question") filtersChanged();
    });
  }

  // The list of publishers opens to the side that has room for it.
  document.addEventListener("toggle", (event) => {
    const list = event.target;
    if (list.id === "publisher-filter" && list.open) {
      const room = innerWidth - list.getBoundingClientRect().left;
      list.classList.toggle("rightward", room > list.querySelector(".bubble").offsetWidth + 16);
    }
  }, true);

  function filtersChanged() {
    showFilters();
    const view = readForm();
    if (document.body.classList.contains("asked") && view.question.trim()) ask(view);
  }

  function showFilters() {
    const view = readForm();
    byId("publisher-count").textContent = view.publishers.length ? `: ${view.publishers.length}` : "";
    const set = FILTERS.filter((name) => view[name]).length + (view.publishers.length ? 1 : 0);
    byId("clear").hidden = set === 0;
    byId("filter-count").textContent = set ? ` (${set})` : "";
    for (const name of FILTERS) field(name).classList.toggle("set", Boolean(view[name]));
  }

  function watchPublishers(element) {
    const move = () => {
      if (!element.querySelector(".publisher-list")) return;
      const chosen = byId("publisher-place").querySelector("input") ? readForm().publishers : (state.view ?? readAddress()).publishers;
      byId("publisher-place").replaceChildren(element.querySelector(".publisher-list").cloneNode(true));
      checkPublishers(chosen);
      showFilters();
    };
    onChange(element, move);
    move();
  }

  function checkPublishers(names) {
    for (const box of byId("publisher-place").querySelectorAll("input")) box.checked = names.includes(box.value);
  }

  // ---- Answers: open a card's quote, copy its citation.

  function watchAnswers(element) {
    onChange(element, () => {
      if (Number(element.querySelector("[data-serial]")?.dataset.serial) !== state.asked) return;
      element.closest("#answers").removeAttribute("aria-busy");
      document.body.classList.remove("busy");
      announce(element.querySelector("[data-announcement]")?.dataset.announcement);
      markCards();
    });
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-action]");
      const card = event.target.closest(".card");
      if (!button || !card) return;
      if (button.dataset.action === "open") openCard(card);
      if (button.dataset.action === "copy") copy(button);
    });
  }

  function quotesIn(id) {
    const cards = [...byId("answers").querySelectorAll(".card")];
    return cards.filter((card) => card.dataset.document === id).map((card) => [Number(card.dataset.start), Number(card.dataset.end)]);
  }

  function openCard(card) {
    const { document: id, start, end } = card.dataset;
    openDocument({ document: id, start: Number(start), end: Number(end), quotes: quotesIn(id) });
  }

  async function copy(button) {
    const text = button.dataset.citation;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    announce("Citation copied.");
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy citation"), 1600);
  }

  function markCards() {
    const shown = (document.body.classList.contains("has-document") && panel()?.dataset) || {};
    for (const card of byId("answers").querySelectorAll(".card")) {
      const { document: id, start, end } = card.dataset;
      card.classList.toggle("open", id === shown.document && start === shown.start && end === shown.end);
    }
  }

  // ---- The document panel: beside the answers, or a sheet from below on a narrow screen.

  const panel = () => byId("panel")?.querySelector(".document");

  function openDocument(wanted) {
    const shown = panel();
    document.body.classList.add("sheet", "asked");
    if (shown?.dataset.document === wanted.document && wanted.start !== null) {
      document.body.classList.add("has-document");
      moveTo(wanted.start, wanted.end, smooth());
      focusPanel();
      return;
    }
    state.focus = true;
    state.serial += 1;
    blocks.panel.events.open({ ...wanted, serial: state.serial });
  }

  function focusPanel() {
    if (narrow()) panel()?.querySelector("[data-action=close]")?.focus();
  }

  function watchPanel(element) {
    onChange(element, () => {
      const shown = panel();
      if (!shown || shown.dataset.serial !== state.placed) {
        document.body.classList.toggle("has-document", element.querySelector(".document, .problem") !== null);
      }
      if (!shown || shown.dataset.serial === state.placed) return;
      state.placed = shown.dataset.serial;
      if (shown.dataset.start) moveTo(Number(shown.dataset.start), Number(shown.dataset.end), "auto");
      markCards();
      if (state.focus) focusPanel();
      state.focus = false;
    });
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-action]");
      const action = { close: closePanel, previous: () => step(-1), next: () => step(1), boilerplate: toggleBoilerplate }[button?.dataset.action];
      action?.(button);
    });
  }

  function moveTo(start, end, behavior) {
    const shown = panel();
    shown.dataset.start = start;
    shown.dataset.end = end;
    let first = null;
    for (const mark of shown.querySelectorAll(".text mark")) {
      const inside = Number(mark.dataset.start) >= start && Number(mark.dataset.end) <= end;
      mark.classList.toggle("current", inside);
      if (inside) first ??= mark;
    }
    const places = [...shown.querySelectorAll(".places li")];
    const at = places.findIndex((place) => Number(place.dataset.start) === start && Number(place.dataset.end) === end);
    const where = shown.querySelector(".where");
    if (where) where.textContent = `${at + 1} of ${places.length}`;
    if (first) scrollTo(shown.querySelector(".text"), first, behavior);
    markCards();
  }

  function scrollTo(area, mark, behavior) {
    const place = () => area.scrollTop + mark.getBoundingClientRect().top - area.getBoundingClientRect().top - area.clientHeight / 3;
    area.scrollTo({ top: place(), behavior });
    // Sections out of view have estimated heights: once they are laid out, the place is exact.
    requestAnimationFrame(() => requestAnimationFrame(() => area.scrollTo({ top: place(), behavior })));
  }

  function step(by) {
    const shown = panel();
    const places = [...shown.querySelectorAll(".places li")];
    const at = places.findIndex((place) => place.dataset.start === shown.dataset.start && place.dataset.end === shown.dataset.end);
    const next = places[(at + by + places.length) % places.length];
    if (next) moveTo(Number(next.dataset.start), Number(next.dataset.end), smooth());
  }

  function toggleBoilerplate(button) {
    const on = panel().classList.toggle("with-boilerplate");
    button.setAttribute("aria-pressed", String(on));
  }

  function closePanel() {
    document.body.classList.remove("sheet", "has-document");
    markCards();
    field("question").focus({ preventScroll: true });
  }

  // ---- Library and evaluation.

  function readyUpload(element) {
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

  function readyEvaluation(element) {
    element.querySelector("#run")?.addEventListener("click", () => blocks.evaluation.events.run({}));
  }

  // ---- Keys and theme.

  function typing(target) {
    return target.closest?.("input, textarea, select, [contenteditable]") !== null;
  }

  // j and k go to the next and the previous passage, o opens it in its document, c copies its citation.
  function moveThroughCards(key) {
    const cards = [...document.querySelectorAll("#answers .card")];
    const at = cards.findIndex((card) => card.contains(document.activeElement));
    const card = key === "j" ? cards[Math.min(at + 1, cards.length - 1)] : cards[Math.max(key === "k" ? at - 1 : at, 0)];
    const button = card?.querySelector(`[data-action=${key === "c" ? "copy" : "open"}]`);
    button?.focus();
    button?.scrollIntoView({ block: "nearest", behavior: smooth() });
    if (key === "o" || key === "c") button?.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(event.target) && byId("ask")) {
      event.preventDefault();
      document.querySelector("#tabs button[role=tab]")?.click();
      requestAnimationFrame(() => {
        field("question").focus();
        field("question").select();
      });
    } else if (!typing(event.target) && "jkoc".includes(event.key)) {
      moveThroughCards(event.key);
    } else if (event.key === "Escape") {
      const popover = document.querySelector("details.publishers[open], details.strength[open]");
      if (popover) popover.open = false;
      else if (document.body.classList.contains("sheet")) closePanel();
    }
  });

  document.addEventListener("click", (event) => {
    for (const popover of document.querySelectorAll("details.publishers[open], details.strength[open]")) {
      if (!popover.contains(event.target)) popover.open = false;
    }
    if (event.target.closest("#theme")) setTheme(document.body.classList.contains("dark") ? "light" : "dark", true);
  });

  function setTheme(theme, keep) {
    document.body.classList.toggle("dark", theme === "dark");
    document.documentElement.style.colorScheme = theme;
    showTheme();
    if (keep) localStorage.setItem("theme", theme);
  }

  function showTheme() {
    byId("theme")?.setAttribute("aria-pressed", String(document.body.classList.contains("dark")));
  }

  function keepTheme() {
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const wanted = () => localStorage.getItem("theme") ?? (system.matches ? "dark" : "light");
    const apply = () => {
      if (document.body.classList.contains("dark") !== (wanted() === "dark")) setTheme(wanted(), false);
    };
    setTheme(wanted(), false);
    new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    system.addEventListener("change", apply);
  }
  if (document.body) keepTheme();
  else document.addEventListener("DOMContentLoaded", keepTheme);

  return { attach };
})();
