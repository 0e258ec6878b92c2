"use strict";
// Every text of a run enters the page as a text node or an attribute's value, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function drawn(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function block(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// Four digits where there are decimals: as the tables above.
function number(value) {
  return value.toFixed(4);
}

function counted(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
