// Where the page starts: what the keys and buttons do, one thing after another.
// Read next: list.js, release.js, form.js, dialogs.js; api.js and dom.js are what they share.

import { Problem, read, write } from "./api.js";
import { NewName, NewRecord } from "./dialogs.js";
import { byId, make, say, unwarn, warn, word } from "./dom.js";
import { RecordForm } from "./form.js";
import { RecordList } from "./list.js";
import { Release } from "./release.js";

const list = new RecordList((position) => queue(() => choose(position)));
const release = new Release((id) => queue(() => chooseId(id)));
const form = new RecordForm(() => queue(save));
const newRecord = new NewRecord((done) => queue(() => settled(done, { follow: true })));
const newName = new NewName((done) => say(word("name_done", done)));
const filters = byId("filters");

// what is asked for while something else is still being done waits for its turn
let last = Promise.resolve();
let waiting = 0;
function queue(work) {
  const main = document.querySelector("main");
  waiting += 1;
  main.setAttribute("aria-busy", "true");
  last = last
    .then(work)
    .catch((problem) => {
      if (!(problem instanceof Problem)) throw problem;
      warn(word("failed", { problem: problem.message }));
    })
    .finally(() => {
      waiting -= 1;
      main.setAttribute("aria-busy", String(waiting > 0));
    });
  return last;
}

// the record at a position of the list, its release and its form; false where there is none or changes would be lost
async function choose(position) {
  if (unsaved()) return false;
  const row = position >= 0 && position < list.total ? await list.rowAt(position) : undefined;
  if (!row) return false;
  list.choose(position);
  await show(row.id, row.doc_id);
  return true;
}

async function chooseId(id) {
  if (unsaved()) return;
  const position = await list.again(id);
  if (list.row(position)?.id === id) await choose(position);
  else {
    list.choose(-1);
    await show(id, release.docId);
  }
}

async function show(id, docId) {
  const wanted = [read("/api/record", { id })];
  if (docId !== release.docId) wanted.push(read("/api/release", { doc_id: docId }));
  const [record, other] = await Promise.all(wanted);
  if (other) release.show(other);
  form.show(record);
  release.current(id);
  remember(id);
  const root = document.scrollingElement;
  if (root.scrollHeight > root.clientHeight) byId("release-head").scrollIntoView({ block: "start" }); // panes below one another
}

function unsaved() {
  if (!form.dirty) return false;
  say(word("unsaved"));
  form.edit();
  return true;
}

async function step(by) {
  if (list.total && !(await choose(list.position + by)) && by > 0 && !form.dirty) say(word("at_end"));
}

// a decision in words, then the next record
async function decide(review) {
  if (!form.record) return say(word("no_record"));
  if (unsaved()) return undefined;
  return send({ review, values: {} });
}

async function save() {
  if (!form.record || !(form.dirty || form.noteChanged)) return;
  const review = form.record.review;
  await send({ review: review === "added" ? null : form.dirty ? "corrected" : review, values: form.values });
  byId("list").focus();
}

async function send({ review, values }) {
  const { id, check } = form.record;
  await saving(async () => {
    const done = await write("/api/decide", { id, check, review, values, note: form.note });
    await settled(done, { follow: false });
    if (done.done !== "withdrawn") await step(1);
  });
}

async function saving(work) {
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    warn(word("not_saved", { problem: problem.message }));
  }
}

async function undo() {
  await saving(async () => {
    if (unsaved()) return;
    await settled(await write("/api/undo"), { follow: true });
  });
}

// puts an answer to a write on the page; `follow` goes to its record
async function settled(done, { follow }) {
  unwarn();
  say(word(`done_${done.done}`));
  standing(done);
  if (done.row) list.replace(done.row);
  if (done.done === "added" || done.done === "undone" || done.done === "withdrawn" || !done.row) await gone(done);
  else if (release.docId === done.doc_id) release.settle(done.records);
  if (done.record && form.record?.id === done.record.id) form.show(done.record);
  if (follow && done.record) await chooseId(done.record.id);
}

// records came or went: the list and the release are shown anew
async function gone(done) {
  const here = done.record?.id ?? form.record?.id ?? "";
  const position = await list.again(here);
  if (release.docId === done.doc_id) {
    const scrolled = byId("text").scrollTop;
    release.show(await read("/api/release", { doc_id: done.doc_id }));
    byId("text").scrollTop = scrolled;
  }
  list.choose(list.row(position)?.id === here ? position : list.position);
  if (!done.record) {
    form.show(null);
    await choose(Math.max(0, Math.min(list.position, list.total - 1)));
  } else release.current(here);
}

function standing({ progress, waiting: untabled, can_undo: canUndo }) {
  const percent = progress.total ? Math.floor((100 * progress.decided) / progress.total) : 0;
  byId("progress").max = Math.max(1, progress.total);
  byId("progress").value = progress.decided;
  const numbers = { decided: progress.decided.toLocaleString(), total: progress.total.toLocaleString(), percent };
  const parts = [word("progress_text", numbers)];
  if (progress.stale) parts.push(word("progress_stale", { count: progress.stale }));
  byId("progress-text").textContent = parts.join(" · ");
  byId("undo").disabled = !canUndo;
  byId("tables").disabled = !untabled;
  byId("tables").textContent = untabled ? word("tables_button", { count: untabled }) : word("tables_none");
}

async function tables() {
  await saving(async () => {
    standing(await write("/api/tables"));
    say(word("tables_done"));
  });
}

function openNew() {
  if (!form.record) return say(word("no_record"));
  return newRecord.open(release.docId, release.selected(), form.record.table);
}

function openName() {
  return form.nameable ? newName.open(form.record) : say(word("only_new"));
}

const wanted = () => Object.fromEntries([...new FormData(filters)].filter(([, value]) => value !== ""));

async function find(at = "") {
  if (unsaved()) return;
  const position = await list.find(wanted(), at);
  list.position = -1;
  if (position < 0) form.show(null);
  await choose(position);
  if (position < 0) remember("");
}

// filters and place stand in the address, so that a reload shows the same
function remember(id) {
  const query = new URLSearchParams(wanted());
  if (!query.has("state")) query.set("state", "");
  if (id) query.set("at", id);
  history.replaceState(null, "", `/?${query}`);
  for (const link of document.querySelectorAll(".languages a")) {
    const other = new URLSearchParams(query);
    other.set("lang", link.lang);
    link.href = `/?${other}`;
  }
}

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
