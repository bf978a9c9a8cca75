// Elements made without markup: text becomes text, never HTML. Settings and words that the page came with.

export const settings = JSON.parse(document.body.dataset.settings);

export const byId = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function word(key, values = {}) {
  return settings.words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// a hidden sign in a text was written out by the server; the text may still run from right to left, so it is kept by itself
export const text = (value) => make("bdi", {}, value);

let fading = 0;
export function say(message) {
  clearTimeout(fading);
  byId("status").replaceChildren(make("span", {}, message));
  fading = setTimeout(() => byId("status").replaceChildren(), 6000);
}

export function warn(message) {
  const box = byId("alert");
  box.querySelector("p").textContent = message;
  box.hidden = false;
}

export function unwarn() {
  byId("alert").hidden = true;
}

// Enter in a drop-down sends the form, as it does in a field of text
export function submitOnEnter(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
    event.preventDefault();
    form.requestSubmit();
  });
}
