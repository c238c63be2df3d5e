// What cannot wait for the other scripts: the theme, before the first paint, and blocks that Gradio shows before them.
// It stands in the head of the page as it is; the others are modules.
window.sourcebook = (() => {
  const waiting = [];
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function setTheme(theme) {
    document.body.classList.toggle("dark", theme === "dark");
    document.documentElement.style.colorScheme = theme;
    showTheme();
  }

  function showTheme() {
    const dark = document.body.classList.contains("dark");
    document.getElementById("theme")?.setAttribute("aria-pressed", String(dark));
  }

  function changeTheme() {
    const theme = document.body.classList.contains("dark") ? "light" : "dark";
    localStorage.setItem("theme", theme);
    setTheme(theme);
  }

  // As the system says, until the reader chooses; Gradio sets the class too, and must not win.
  function keepTheme() {
    const wanted = () => localStorage.getItem("theme") ?? (system.matches ? "dark" : "light");
    const apply = () => {
      if (document.body.classList.contains("dark") !== (wanted() === "dark")) setTheme(wanted());
    };
    setTheme(wanted());
    new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    system.addEventListener("change", apply);
  }
  if (document.body) keepTheme();
  else document.addEventListener("DOMContentLoaded", keepTheme);

  return { waiting, attach: (...block) => waiting.push(block), changeTheme, showTheme };
})();
