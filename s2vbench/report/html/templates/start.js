function start() {
  for (const element of document.querySelectorAll(".needs-script")) element.hidden = false;
  startTheme();
  const index = block("index");
  let dialog = null;
  const browser = new Browser(index, document.getElementById("browser"), (row) => dialog.open(row));
  dialog = new CaseDialog(index, browser);
  function follow() {
    const link = new URLSearchParams(location.hash.slice(1));
    const wanted = (name) => link.has(name) ? Number(link.get(name)) : null;
    const run = wanted("run");
    const row = link.has("case") && browser.find(link.get("case"), wanted("seed"), run === null ? null : run - 1);
    if (row) {
      if (row !== dialog.row) dialog.open(row);
    } else if (dialog.dialog.open) {
      dialog.dialog.close();
    }
  }
  addEventListener("hashchange", follow);
  follow();
}

start();
