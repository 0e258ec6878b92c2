// One video, built when it is opened.

class CaseDialog {
  constructor(index, browser) {
    this.index = index;
    this.browser = browser;
    this.dialog = document.getElementById("case");
    this.row = null;
    this.dialog.addEventListener("close", () => this.closed());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("keydown", (event) => {
      if (event.target.closest("video, input, select") || event.ctrlKey || event.altKey || event.metaKey) return;
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.step(step);
      }
    });
  }

  open(row) {
    this.row = row;
    history.replaceState(null, "", linkTo(row, this.index));
    const focused = this.dialog.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.dialog.replaceChildren(this.top(), this.body());
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = 0;
    const again = focused && this.dialog.querySelector(`[data-name="${focused}"]:not(:disabled)`);
    (again || this.dialog.querySelector("[data-name=close]")).focus({ preventScroll: true });
  }

  closed() {
    const row = this.row;
    this.row = null;
    // A video that goes on playing unseen would be heard.
    this.dialog.replaceChildren();
    history.replaceState(null, "", location.href.split("#")[0]);
    const link = [...document.querySelectorAll(".cases tbody a")].find((one) => one.getAttribute("href") === linkTo(row, this.index));
    if (link) link.focus({ preventScroll: true });
  }

  neighbour(step) {
    return this.browser.rows[this.browser.rows.indexOf(this.row) + step];
  }

  step(step) {
    const next = this.neighbour(step);
    if (next && this.browser.rows.includes(this.row)) this.open(next);
  }

  top() {
    const rows = this.browser.rows;
    const at = rows.indexOf(this.row);
    const button = (name, text, step) => make("button", {
      type: "button", "data-name": name, title: text, "aria-label": text,
      disabled: at < 0 || !this.neighbour(step), onclick: () => this.step(step),
    }, step < 0 ? "◀" : "▶");
    const run = this.index.runs.length > 1 ? `${this.index.runs[this.row[RUN]]}: ` : "";
    return make("div", { class: "case-top" },
      make("h2", { id: "case-title" }, `${run}${this.row[CASE]} `, make("small", {}, `seed ${this.row[SEED]}${at < 0 ? "" : `, ${at + 1} of ${rows.length}`}`)),
      this.otherRuns(),
      button("back", "Case before (left arrow)", -1),
      button("next", "Next case (right arrow)", 1),
      make("button", { type: "button", "data-name": "close", onclick: () => this.dialog.close() }, "Close"));
  }

  // The same case and seed in other runs of the table.
  otherRuns() {
    const same = this.browser.data.rows.filter((row) => row[CASE] === this.row[CASE] && row[SEED] === this.row[SEED]);
    if (same.length < 2) return null;
    const select = choice("same", same.map((row) => [row[RUN], this.index.runs[row[RUN]]]), String(this.row[RUN]));
    select.setAttribute("aria-label", "This case in another run");
    select.dataset.name = "same";
    select.addEventListener("input", () => this.open(same.find((row) => row[RUN] === Number(select.value))));
    return select;
  }

  body() {
    const about = block(`v${this.row[BLOCK]}`);
    const { colours, nobody } = this.index;
    const colour = (subject) => subject === null ? nobody : subject < 0 ? "var(--ink)" : colours[subject % colours.length];
    const notes = about.subjects.filter((subject) => subject.notJudged).map((subject) =>
      make("p", { class: "note" }, `${subject.id}: not judged: ${subject.notJudged}`));
    return make("div", { class: "case-body" },
      about.prompt ? make("p", { class: "prompt" }, about.prompt) : null,
      notes,
      make("div", { class: "shown" },
        make("section", {}, make("h3", {}, "Video"), videoOf(about)),
        make("section", {}, make("h3", {}, "References"),
          about.references.length
            ? make("div", { class: "tiles" }, about.references.map((one) => referenceTile(one, about.subjects[one.subject], colour(one.subject))))
            : make("p", { class: "faint" }, "No reference picture is known."))),
      framesOf(about, colour),
      make("div", { class: "columns" }, this.subjects(about, colour), this.values()),
      this.curves(about, colour));
  }

  subjects(about, colour) {
    const names = this.browser.data.metrics.map((metric) => metric.name);
    const metrics = names.filter((name) => about.subjects.some((subject) => name in subject.values));
    if (!metrics.length) return null;
    return make("section", {},
      make("h3", {}, "Subject by subject"),
      make("table", { class: "values" },
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "metric"),
          about.subjects.map((subject, at) => make("th", { scope: "col" }, chip(colour(at)), subject.id)))),
        make("tbody", {}, metrics.map((name) => make("tr", {}, make("th", { scope: "row" }, name),
          about.subjects.map((subject) => make("td", { class: "number" }, name in subject.values ? number(subject.values[name]) : "")))))));
  }

  values() {
    const { metrics, rows } = this.browser.data;
    const lines = metrics.map((metric, at) => {
      const value = this.row[VALUES][at];
      if (value === null) return null;
      return make("tr", { class: isFailed(value) ? "failed" : null },
        make("th", { scope: "row", title: metric.summary }, metric.name, " ", make("span", { class: "arrow" }, metric.arrow)),
        make("td", { class: "number" }, valueText(value)),
        make("td", { class: "why" }, typeof value === "number" ? rankOf(rows, this.row, at, metric.higher) : reasonOf(value, this.index.reasons)));
    });
    return make("section", {},
      make("h3", {}, "All metrics"),
      make("table", { class: "values" },
        make("thead", {}, make("tr", {}, ["metric", "value", "place among this run's videos, or why there is no value"].map((text) => make("th", { scope: "col" }, text)))),
        make("tbody", {}, lines)));
  }

  curves(about, colour) {
    if (!about.curves.length) return null;
    const known = new Map(this.browser.data.metrics.map((metric) => [metric.name, metric]));
    return make("section", {},
      make("h3", {}, "Frame by frame"),
      make("p", { class: "faint" }, "A gap is a frame without a value. In presence_recall a thin line is a subject that is absent."),
      make("ul", { class: "legend" }, about.subjects.map((subject, at) => make("li", {}, chip(colour(at)), subject.id)),
        make("li", {}, chip(colour(-1)), "the whole frame")),
      make("div", { class: "curves" }, about.curves.map((curve) => curveFigure(curve, known.get(curve.metric), about.fps, colour))));
  }
}

function rankOf(rows, row, at, higher) {
  const values = rows.filter((other) => other[RUN] === row[RUN]).map((other) => other[VALUES][at]).filter((value) => typeof value === "number");
  const better = values.filter((value) => higher ? value > row[VALUES][at] : value < row[VALUES][at]).length;
  const equal = values.filter((value) => value === row[VALUES][at]).length;
  return `${better + 1}${equal > 1 ? ` to ${better + equal}` : ""} of ${values.length}`;
}

function videoOf(about) {
  const { source, type, reason } = about.video;
  const poster = about.frames.length ? WEBP + about.frames[0].picture : null;
  const said = reason ? make("p", { class: "faint" }, reason) : null;
  if (!source) {
    return make("div", {}, poster ? make("img", { class: "poster", src: poster, alt: "First frame" }) : null, said);
  }
  if (!type) {
    return make("div", {}, poster ? make("img", { class: "poster", src: poster, alt: "First frame" }) : null, said,
      make("p", {}, make("a", { href: source }, "The video file")));
  }
  if (type.startsWith("image/")) return make("div", {}, make("img", { class: "poster", src: source, alt: "The video" }), said);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const video = make("video", { controls: true, loop: true, muted: true, playsinline: true, autoplay: !still, poster, src: source, "data-name": "video" });
  video.muted = true;
  const gone = make("p", { class: "note", hidden: true }, "The browser cannot play this video, or it is no longer where the page expects it.");
  video.addEventListener("error", () => {
    gone.hidden = false;
  });
  return make("div", {}, video, gone, said,
    source.startsWith("data:") ? null : make("p", { class: "faint" }, "Beside this page: ", make("a", { href: source }, decodeURIComponent(source))));
}

const CHOSEN_BY = {
  bound_identity: "In colour: the instance that stands for a subject in bound_identity and its family; grey: accepted, stands for nobody.",
  s2v_consistency: "In colour: the instance that stands for a subject in s2v_consistency; grey: accepted, stands for nobody.",
};

function framesOf(about, colour) {
  if (!about.frames.length) {
    return make("section", {}, make("h3", {}, "Frames"), make("p", { class: "faint" }, about.silence || "No frame was kept."));
  }
  const frames = make("div", { class: "frames hide-leak" }, about.frames.map((frame) => frameFigure(frame, about.fps, about.subjects, colour)));
  const toggle = (name, text, on) => make("label", {}, make("input", { type: "checkbox", checked: on, oninput: (event) => {
    frames.classList.toggle(`hide-${name}`, !event.target.checked);
  } }), ` ${text}`);
  const hasLeak = about.frames.some((frame) => frame.leak);
  return make("section", {}, make("h3", {}, "Frames that were looked at"),
    make("p", { class: "faint" }, CHOSEN_BY[about.chosenBy] || "No metric that assigns instances to subjects was scored."),
    make("div", { class: "switches" }, toggle("boxes", "boxes", true), toggle("masks", "masks", true),
      hasLeak ? toggle("leak", "leaked background (z-scores: dark is chance, pale is 10)", false) : null),
    frames);
}
