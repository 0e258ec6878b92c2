// The list of all videos: one table at a time, because numbers of two tables share no column.

const [RUN, CASE, SEED, COUNT, KIND, NOUNS, FAILED, VALUES, BLOCK] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const ROWS_AT_ONCE = 500;
const MANY_COLUMNS = 10;
const words = new Intl.Collator("en", { numeric: true });

class Browser {
  constructor(index, place, open) {
    this.index = index;
    this.place = place;
    this.open = open;
    this.table = 0;
    this.sorted = { key: null, down: false };
    this.limit = ROWS_AT_ONCE;
    this.build();
  }

  get data() {
    return this.index.tables[this.table];
  }

  build() {
    const { tables, runs } = this.index;
    const data = this.data;
    const own = [...new Set(data.rows.map((row) => row[RUN]))];
    const counts = [...new Set(data.rows.map((row) => row[COUNT]))].filter((count) => count !== null).sort((a, b) => a - b);
    const kinds = [...new Set(data.rows.map((row) => row[KIND]))].filter(Boolean).sort();
    const hasPaper = data.metrics.some((metric) => metric.paper) && data.metrics.some((metric) => !metric.paper);
    const few = data.metrics.length <= MANY_COLUMNS;
    this.inputs = {
      table: choice("table", tables.map((table, at) => [at, table.title]), String(this.table)),
      words: make("input", { type: "search", placeholder: "case, subject, reason", id: "filter-words" }),
      run: choice("run", [["", "all"], ...own.map((run) => [run, runs[run]])]),
      count: choice("count", [["", "any"], ...counts.map((count) => [count, count])]),
      kind: choice("kind", [["", "any"], ...kinds.map((kind) => [kind, kind])]),
      outcome: choice("outcome", [["", "all"], ["failed", "with failures"], ["ok", "without failures"]]),
      columns: choice("columns", [["all", "all metrics"], ["paper", "the paper's"], ["rest", "the others"]], hasPaper && !few ? "paper" : "all"),
    };
    const { table, words: filter, run, count, kind, outcome, columns } = this.inputs;
    table.addEventListener("change", () => {
      this.table = Number(table.value);
      this.sorted = { key: null, down: false };
      this.limit = ROWS_AT_ONCE;
      this.build();
    });
    for (const input of [filter, run, count, kind, outcome]) {
      input.addEventListener("input", () => {
        this.limit = ROWS_AT_ONCE;
        this.show();
      });
    }
    columns.addEventListener("input", () => this.show());
    this.count = make("output", { for: "filter-words" });
    this.grid = make("table", {});
    this.more = make("button", { type: "button", class: "more", hidden: true, onclick: () => {
      this.limit += ROWS_AT_ONCE;
      this.show();
    } });
    this.place.replaceChildren(
      make("div", { class: "filters", role: "search" },
        tables.length > 1 ? labelled("numbers of", table) : null,
        labelled("find", filter),
        own.length > 1 ? labelled("run", run) : null,
        counts.length > 1 ? labelled("subjects", count) : null,
        kinds.length > 1 ? labelled("kind", kind) : null,
        labelled("records", outcome),
        hasPaper ? labelled("columns", columns) : null,
        this.count),
      make("div", { class: "cases", tabindex: "0", role: "region", "aria-label": "Cases" }, this.grid),
      this.more);
    this.show();
  }

  columns() {
    const set = this.inputs.columns.value;
    const { runs, reasons } = this.index;
    const plain = [
      { key: "case", title: "case", get: (row) => row[CASE], head: true },
      this.index.runs.length > 1 ? { key: "run", title: "run", get: (row) => runs[row[RUN]] } : null,
      { key: "seed", title: "seed", get: (row) => row[SEED], number: true },
      this.data.rows.some((row) => row[COUNT] !== null)
        ? { key: "subjects", title: "subjects", get: (row) => row[COUNT], number: true, hint: (row) => row[NOUNS] } : null,
      this.data.rows.some((row) => row[KIND]) ? { key: "kind", title: "kind", get: (row) => row[KIND] } : null,
      { key: "outcome", title: "records", get: (row) => row[FAILED], text: (row) => row[FAILED] ? `${row[FAILED]} failed` : "ok" },
    ];
    const metrics = this.data.metrics.map((metric, at) => ({
      key: metric.name,
      title: `${metric.name.replaceAll("_", " ")}\u00a0${metric.arrow}`,
      about: metric.summary,
      number: true,
      metric,
      get: (row) => typeof row[VALUES][at] === "number" ? row[VALUES][at] : null,
      text: (row) => valueText(row[VALUES][at]),
      hint: (row) => reasonOf(row[VALUES][at], reasons),
      failed: (row) => isFailed(row[VALUES][at]),
    }));
    return [...plain.filter(Boolean), ...metrics.filter(({ metric }) => set === "all" || metric.paper === (set === "paper"))];
  }

  chosen() {
    const { words: filter, run, count, kind, outcome } = this.inputs;
    const wanted = filter.value.trim().toLowerCase();
    return this.data.rows.filter((row) =>
      (run.value === "" || row[RUN] === Number(run.value)) &&
      (count.value === "" || row[COUNT] === Number(count.value)) &&
      (kind.value === "" || row[KIND] === kind.value) &&
      (outcome.value === "" || (row[FAILED] > 0) === (outcome.value === "failed")) &&
      (wanted === "" || this.saidOf(row).includes(wanted)));
  }

  saidOf(row) {
    const reasons = row[VALUES].map((value) => reasonOf(value, this.index.reasons)).filter(Boolean);
    return [row[CASE], row[NOUNS], row[KIND], ...reasons].join("\n").toLowerCase();
  }

  show() {
    const columns = this.columns();
    this.rows = this.chosen();
    const by = columns.find((column) => column.key === this.sorted.key);
    if (by) this.rows.sort((a, b) => compared(by.get(a), by.get(b), this.sorted.down));
    this.grid.replaceChildren(
      make("caption", { class: "unseen" }, `Cases: ${this.data.title}`),
      make("thead", {}, make("tr", {}, columns.map((column) => this.heading(column)))),
      make("tbody", {}, this.rows.slice(0, this.limit).map((row) => this.line(row, columns))));
    const all = this.data.rows.length;
    this.count.value = this.rows.length === all ? counted(all, "video") : `${this.rows.length} of ${counted(all, "video")}`;
    this.more.hidden = this.rows.length <= this.limit;
    this.more.textContent = `Show ${Math.min(ROWS_AT_ONCE, this.rows.length - this.limit)} more of ${this.rows.length}`;
  }

  heading(column) {
    const on = this.sorted.key === column.key;
    const button = make("button", { type: "button", title: column.about, "data-key": column.key, onclick: () => {
      this.sorted = { key: column.key, down: on && !this.sorted.down };
      this.show();
      // The button was drawn anew.
      for (const other of this.grid.querySelectorAll("thead button")) if (other.dataset.key === column.key) other.focus();
    } }, column.title);
    const order = !on ? "none" : this.sorted.down ? "descending" : "ascending";
    return make("th", { scope: "col", "aria-sort": order, class: column.number ? "number" : null }, button);
  }

  line(row, columns) {
    const cells = columns.map((column) => {
      const value = column.get(row);
      const text = column.text ? column.text(row) : value === null ? "" : String(value);
      if (column.head) {
        return make("th", { scope: "row" }, make("a", { href: linkTo(row, this.index) }, text));
      }
      const look = [column.number ? "number" : "", column.failed && column.failed(row) || column.key === "outcome" && row[FAILED] ? "bad" : "", value === null ? "none" : ""];
      return make("td", { class: look.join(" ").trim() || null, title: column.hint && column.hint(row) || null }, text);
    });
    return make("tr", { onclick: (event) => {
      // A link opens by itself, and in another tab where that is asked for.
      if (!event.target.closest("a") && !String(getSelection())) this.open(row);
    } }, cells);
  }

  // The row of a link, wherever it is; the table that has it is shown.
  find(id, seed, run) {
    const fits = (row) => row[CASE] === id && (seed === null || row[SEED] === seed) && (run === null || row[RUN] === run);
    const at = this.index.tables.findIndex((table) => table.rows.some(fits));
    if (at < 0) return null;
    if (at !== this.table) {
      this.table = at;
      this.build();
    }
    return this.data.rows.find(fits);
  }
}

function choice(name, options, value) {
  return make("select", { "data-filter": name }, options.map(([key, text]) =>
    make("option", { value: String(key), selected: String(key) === value }, String(text))));
}

function labelled(text, input) {
  return make("label", {}, text, input);
}

// What is missing comes last, whichever way the order goes.
function compared(a, b, down) {
  if (a === null || b === null) return (a === null) - (b === null);
  const order = typeof a === "number" && typeof b === "number" ? a - b : words.compare(String(a), String(b));
  return down ? -order : order;
}

function isFailed(value) {
  return typeof value === "string" && value.startsWith("f");
}

function valueText(value) {
  if (typeof value === "number") return number(value);
  return value === null ? "" : isFailed(value) ? "failed" : "n/a";
}

function reasonOf(value, reasons) {
  return typeof value === "string" ? reasons[Number(value.slice(1))] : null;
}

function linkTo(row, index) {
  const link = new URLSearchParams({ case: row[CASE], seed: row[SEED] });
  if (index.runs.length > 1) link.set("run", row[RUN] + 1);
  return `#${link}`;
}
