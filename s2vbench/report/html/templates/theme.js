const THEMES = { auto: "as the system", light: "light", dark: "dark" };

function startTheme() {
  const button = document.getElementById("theme");
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("s2vbench-theme") || "auto";
  } catch {
    // A browser may keep nothing for files.
  }
  function show(theme) {
    chosen = theme in THEMES ? theme : "auto";
    if (chosen === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    button.textContent = `Colours: ${THEMES[chosen]}`;
  }
  button.addEventListener("click", () => {
    const names = Object.keys(THEMES);
    show(names[(names.indexOf(chosen) + 1) % names.length]);
    try {
      localStorage.setItem("s2vbench-theme", chosen);
    } catch {
      // As above.
    }
  });
  show(chosen);
}
