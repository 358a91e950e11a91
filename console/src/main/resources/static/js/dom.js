// Elements, made without markup in texts: nothing that comes from an event is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with a class and children; texts among them become text. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** An element of a drawing, with attributes. */
export function drawn(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}
