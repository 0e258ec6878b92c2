// Pictures with what was found in them.

const WEBP = "data:image/webp;base64,";
// Black over red to pale yellow, as the contact sheet's maps of leaked background.
const HEAT = [[0, 0, 4], [66, 10, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 164]];

function overlaid(source, size, alt, marks) {
  return make("div", { class: "picture" },
    make("img", { src: WEBP + source, alt, width: size[0], height: size[1], decoding: "async" }),
    drawn("svg", { viewBox: `0 0 ${size[0]} ${size[1]}`, "aria-hidden": "true" }, marks));
}

function referenceTile(reference, subject, colour) {
  const { picture, size, mask } = block(`p${reference.picture}`);
  const path = drawn("path", { class: "mask", d: mask, "fill-rule": "evenodd", fill: colour, "fill-opacity": 0.22, stroke: colour, "stroke-width": size[0] / 110 });
  return make("figure", { class: "tile" },
    overlaid(picture, size, `Reference of ${subject.id}`, [path]),
    make("figcaption", {}, chip(colour), make("b", {}, subject.id), make("br"), subject.noun,
      reference.source ? make("small", {}, make("br"), `mask: ${reference.source}`) : null));
}

function frameFigure(frame, fps, subjects, colours) {
  const [width, height] = frame.size;
  const thick = width / 130;
  const marks = [];
  const taken = [];
  for (const instance of frame.instances) {
    const colour = colours(instance.subject);
    const named = instance.subject !== null;
    marks.push(drawn("path", { class: "mask", d: instance.mask, "fill-rule": "evenodd", fill: colour, "fill-opacity": named ? 0.36 : 0.14, stroke: colour, "stroke-width": thick / 2 }));
    const [left, upper, right, lower] = instance.box;
    marks.push(drawn("g", { class: "box" },
      drawn("rect", { x: left, y: upper, width: Math.max(0, right - left), height: Math.max(0, lower - upper), fill: "none", stroke: colour, "stroke-width": named ? thick : thick / 2 }),
      named ? boxName(subjects[instance.subject].id, left, upper, width, taken) : null,
      drawn("title", {}, `${named ? subjects[instance.subject].id : "stands for nobody"}, score ${shortNumber(instance.score)}`)));
  }
  const time = fps ? `, ${(frame.number / fps).toFixed(2)} s` : "";
  const figure = overlaid(frame.picture, frame.size, `Frame ${frame.number}`, marks);
  if (frame.leak) figure.querySelector("img").after(leakMap(frame.leak));
  return make("figure", {}, figure, make("figcaption", {}, `frame ${frame.number}${time}`));
}

// The subject's name at the corner of its box, inside the picture and below names that are there already.
function boxName(name, left, upper, width, taken) {
  const high = width / 22;
  const wide = 0.7 * high * name.length;
  const x = Math.max(1, Math.min(left + high / 5, width - wide));
  let y = Math.max(high, upper + high);
  while (taken.some((other) => Math.abs(other.y - y) < 1.15 * high && x < other.x + other.wide && other.x < x + wide)) y += 1.16 * high;
  taken.push({ x, y, wide });
  const text = drawn("text", { x, y }, name);
  // The style sheet's size is for pictures of one width; these have many.
  text.style.fontSize = `${high}px`;
  text.style.strokeWidth = `${high / 4}px`;
  return text;
}

function leakMap(rows) {
  const canvas = make("canvas", { width: rows[0].length, height: rows.length });
  const context = canvas.getContext("2d");
  rows.forEach((row, y) => [...row].forEach((letter, x) => {
    if (letter === ".") return;
    const level = parseInt(letter, 36) / 35 * (HEAT.length - 1);
    const [one, two] = [HEAT[Math.floor(level)], HEAT[Math.ceil(level)]];
    const mixed = one.map((part, at) => Math.round(part + (two[at] - part) * (level % 1)));
    context.fillStyle = `rgb(${mixed} / 0.85)`.replaceAll(",", " ");
    context.fillRect(x, y, 1, 1);
  }));
  return canvas;
}

function chip(colour) {
  const found = make("span", { class: "chip" });
  found.style.background = colour;
  return found;
}
