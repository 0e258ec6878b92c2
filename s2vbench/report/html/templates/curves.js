// What metrics say frame by frame. All axes start at 0 unless values are below it, so that cases can be laid side by side.

const CURVE = { width: 360, height: 132, left: 44, right: 8, top: 8, bottom: 22 };

function curveFigure(curve, metric, fps, colours) {
  const { width, height, left, right, top, bottom } = CURVE;
  const length = Math.max(...curve.lines.map(([, values]) => values.length));
  const xs = curve.frames.length === length ? curve.frames.map((frame) => fps ? frame / fps : frame) : [...Array(length).keys()];
  const said = (value) => curve.frames.length !== length ? `value ${value + 1}` : fps ? `${shortNumber(value)} s` : `frame ${value}`;
  const known = curve.lines.flatMap(([, values]) => values.filter((value) => value !== null));
  let low = Math.min(0, ...known);
  let high = Math.max(curve.high === null ? 0 : curve.high, ...known);
  if (high - low < 1e-9) high = low + 1;
  const x = (value) => left + (width - left - right) * (value - xs[0]) / (xs[xs.length - 1] - xs[0] || 1);
  const y = (value) => top + (height - top - bottom) * (1 - (value - low) / (high - low));
  const marks = [
    drawn("line", { class: "base", x1: left, x2: width - right, y1: y(0), y2: y(0) }),
    drawn("line", { class: "grid", x1: left, x2: width - right, y1: y(high), y2: y(high) }),
  ];
  for (const value of new Set([low, 0, high])) {
    marks.push(drawn("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, shortNumber(value)));
  }
  const last = xs[xs.length - 1];
  marks.push(drawn("text", { x: left, y: height - 6 }, said(xs[0])),
    drawn("text", { x: width - right, y: height - 6, "text-anchor": "end" }, said(last)));
  const lines = curve.bars ? presenceBars(curve, xs, x, colours) : curve.lines.flatMap(([subject, values]) =>
    plainLine(values, (at) => x(xs[at]), y, colours(subject)));
  return make("figure", { class: "curve" },
    make("figcaption", {}, make("b", {}, curve.metric), " ", metric ? metric.arrow : "", " ",
      make("span", { class: "faint" }, metric ? metric.summary : "")),
    drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${curve.metric} over time, from ${shortNumber(low)} to ${shortNumber(high)}` },
      curve.bars ? marks.slice(0, 1).concat(marks.slice(-2)) : marks, lines));
}

// A frame without a value is a gap.
function plainLine(values, x, y, colour) {
  let path = "";
  let before = false;
  const points = [];
  values.forEach((value, at) => {
    if (value !== null) {
      path += `${before ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      if (values.length <= 40) points.push(drawn("circle", { cx: x(at), cy: y(value), r: 2.6, fill: colour }));
    }
    before = value !== null;
  });
  return [drawn("path", { class: "line", d: path, stroke: colour }), ...points];
}

// Subjects one below the other, because lines of the same value would hide each other.
function presenceBars(curve, xs, x, colours) {
  const { width, height, left, right, top, bottom } = CURVE;
  const high = (height - top - bottom) / curve.lines.length;
  const wide = (width - left - right) / xs.length;
  return curve.lines.flatMap(([subject, values], row) => values.map((value, at) => {
    if (value === null) return null;
    const tall = Math.max(2, 0.8 * high * value);
    const place = left + (width - left - right - wide) * (x(xs[at]) - left) / (width - left - right || 1);
    return drawn("rect", { x: place, width: Math.max(1, wide - 1), y: top + high * (row + 0.9) - tall, height: tall, fill: colours(subject) });
  }));
}

function shortNumber(value) {
  return String(Number(value.toPrecision(3)));
}
