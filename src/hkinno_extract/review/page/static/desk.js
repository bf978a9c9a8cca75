// What a reviewer does, one thing after another; the list, the release and the form that it happens in.
// Read next: list.js, release.js, form.js, dialogs.js; api.js and dom.js are what they share.

import { Problem, read, write } from "./api.js";
import { NewName, NewRecord } from "./dialogs.js";
import { byId, say, unwarn, warn, word } from "./dom.js";
import { RecordForm } from "./form.js";
import { RecordList } from "./list.js";
import { Release } from "./release.js";

export const list = new RecordList((position) => queue(() => choose(position)));
export const release = new Release((id) => queue(() => chooseId(id)));
export const form = new RecordForm(() => queue(save));
const newRecord = new NewRecord((done) => queue(() => settled(done, { follow: true })));
const newName = new NewName((done) => say(word("name_done", done)));
export const filters = byId("filters");

// what is asked for while something else is still being done waits for its turn
let last = Promise.resolve();
let waiting = 0;
export function queue(work) {
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
  if (other) showRelease(other);
  form.show(record);
  release.current(id);
  remember(id);
  const root = document.scrollingElement;
  if (root.scrollHeight > root.clientHeight) byId("release-head").scrollIntoView({ block: "start" }); // panes below one another
}

function showRelease(other) {
  release.show(other);
  byId("actions").querySelector('[data-act="new"]').disabled = false;
}

// the release before or after this one, at its first record where it has one
export async function turn(by) {
  if (unsaved()) return;
  const docId = release.beside[by];
  if (!docId) {
    say(word("no_more"));
    return;
  }
  showRelease(await read("/api/release", { doc_id: docId }));
  form.show(null);
  list.choose(-1);
  if (release.first) await chooseId(release.first);
  else say(word("empty_release"));
}

function unsaved() {
  if (!form.dirty) return false;
  say(word("unsaved"));
  form.edit();
  return true;
}

export async function step(by) {
  if (list.total && !(await choose(list.position + by)) && by > 0 && !form.dirty) say(word("at_end"));
}

// a decision in words, then the next record
export async function decide(review) {
  if (!form.record) return say(word("no_record"));
  if (unsaved()) return undefined;
  return send({ review, values: {} });
}

export async function save() {
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

export async function undo() {
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
    showRelease(await read("/api/release", { doc_id: done.doc_id }));
    byId("text").scrollTop = scrolled;
  }
  list.choose(list.row(position)?.id === here ? position : list.position);
  if (!done.record) {
    form.show(null);
    await choose(Math.max(0, Math.min(list.position, list.total - 1)));
  } else release.current(here);
}

export function standing({ progress, waiting: untabled, can_undo: canUndo }) {
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

export async function tables() {
  await saving(async () => {
    standing(await write("/api/tables"));
    say(word("tables_done"));
  });
}

export function openNew() {
  if (!release.docId) return say(word("no_release"));
  return newRecord.open(release.docId, release.selected(), form.record?.table ?? "amounts");
}

export function openName() {
  return form.nameable ? newName.open(form.record) : say(word("only_new"));
}

const wanted = () => Object.fromEntries([...new FormData(filters)].filter(([, value]) => value !== ""));

export async function find(at = "") {
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
