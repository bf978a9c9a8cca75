// Where the page starts: the keys, the buttons and the filters. What they do stands in desk.js.

import { read } from "./api.js";
import { decide, filters, find, form, openName, openNew, queue, release, save, standing, step, tables, turn, undo } from "./desk.js";
import { byId, make, unwarn } from "./dom.js";

const KEYS = {
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  a: () => decide("accepted"),
  r: () => decide("rejected"),
  e: () => form.edit(),
  u: undo,
  n: openNew,
  g: openName,
  "[": () => turn(-1),
  "]": () => turn(1),
  "/": () => filters.elements.namedItem("search").focus(),
  "?": () => byId("help").showModal(),
};
const ACTS = { accepted: KEYS.a, rejected: KEYS.r, withdrawn: () => decide("withdrawn"), save, name: openName, new: openNew };

function onKey(event) {
  if (event.key === "Escape") {
    unwarn();
    release.tip(null);
  }
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow ? document.activeElement !== byId("list") : !byId("keys-on").checked) return;
  if (!(event.key in KEYS)) return;
  event.preventDefault();
  queue(KEYS[event.key]);
}

function wire() {
  document.addEventListener("keydown", onKey);
  byId("actions").addEventListener("mousedown", (event) => event.preventDefault()); // the selected text stays selected
  byId("actions").addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) queue(ACTS[button.dataset.act]);
  });
  byId("undo").addEventListener("click", () => queue(undo));
  byId("before").addEventListener("click", () => queue(() => turn(-1)));
  byId("after").addEventListener("click", () => queue(() => turn(1)));
  window.addEventListener("beforeunload", (event) => form.dirty && event.preventDefault());
  byId("tables").addEventListener("click", () => queue(tables));
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  byId("alert").querySelector("button").addEventListener("click", unwarn);
  byId("keys-on").checked = localStorage.getItem("keys") !== "off";
  byId("keys-on").addEventListener("change", (event) => localStorage.setItem("keys", event.target.checked ? "on" : "off"));
  let typing = 0;
  const soon = (delay) => {
    clearTimeout(typing);
    typing = setTimeout(() => queue(() => find(form.record?.id ?? "")), delay);
  };
  filters.addEventListener("input", (event) => soon(event.target.tagName === "SELECT" ? 0 : 250));
  filters.addEventListener("reset", () => soon(0));
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") byId("list").focus();
  });
}

async function start() {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of query) {
    const field = filters.elements.namedItem(name);
    if (field) field.value = value;
  }
  byId("more").open = ["pattern", "source", "since", "until"].some((name) => query.get(name));
  const facts = read("/api/start");
  await find(query.get("at") ?? "");
  const known = await facts;
  standing(known);
  for (const name of ["patterns", "sources"]) byId(name).replaceChildren(...known[name].map((value) => make("option", { value })));
  byId("list").focus();
}

wire();
queue(start);
