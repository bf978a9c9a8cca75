// The list of records: only the rows in sight are elements, pages of the rest come when they are scrolled to.

import { read } from "./api.js";
import { byId, make, text, warn, word } from "./dom.js";

const PAGE = 100;
const BEYOND = 12;

export class RecordList {
  constructor(onChoose) {
    this.box = byId("list");
    this.sheet = make("div", { class: "sheet", role: "presentation" });
    this.box.replaceChildren(this.sheet);
    this.onChoose = onChoose;
    this.pages = new Map();
    this.drawn = new Map();
    this.total = 0;
    this.snapshot = 0;
    this.position = -1;
    this.filter = {};
    this.box.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.choose(this.position)).observe(this.box);
    this.sheet.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.onChoose(Number(row.dataset.position));
    });
  }

  get height() {
    return 4.5 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  // a new list for `filter`; resolves to the position of the record `at`, else of the first
  async find(filter, at = "") {
    this.filter = filter;
    return this.start(await read("/api/records", { ...filter, at, limit: PAGE }));
  }

  // the same list again, after records came or went
  async again(at = "") {
    return this.start(await read("/api/records", { ...this.filter, snapshot: this.snapshot, at, limit: PAGE }));
  }

  start(found) {
    const same = found.snapshot === this.snapshot;
    this.snapshot = found.snapshot;
    this.total = found.total;
    this.pages.clear();
    this.forget();
    this.keep(found);
    this.sheet.style.height = `${this.total * this.height}px`;
    byId("found").textContent = word("records_found", { count: this.total.toLocaleString() });
    byId("none").hidden = this.total > 0;
    this.box.hidden = this.total === 0;
    if (!same) this.box.scrollTop = 0;
    this.draw();
    return found.position ?? (this.total > 0 ? 0 : -1);
  }

  keep(found) {
    found.rows.forEach((row, number) => {
      const at = found.offset + number;
      const page = Math.floor(at / PAGE);
      if (!this.pages.has(page)) this.pages.set(page, { rows: new Map(), coming: null });
      this.pages.get(page).rows.set(at, row);
    });
  }

  // the rows of a page, asked for once
  async load(page) {
    const held = this.pages.get(page) ?? { rows: new Map(), coming: null };
    this.pages.set(page, held);
    if (held.rows.size >= Math.min(PAGE, this.total - page * PAGE)) return;
    held.coming ??= this.fetch(page).finally(() => {
      held.coming = null;
    });
    await held.coming;
  }

  async fetch(page) {
    const found = await read("/api/records", { ...this.filter, snapshot: this.snapshot, offset: page * PAGE, limit: PAGE });
    if (found.snapshot !== this.snapshot) {
      this.start(found); // the server read the folder anew: another command changed it
      return;
    }
    this.keep(found);
    this.draw();
  }

  row(position) {
    return this.pages.get(Math.floor(position / PAGE))?.rows.get(position);
  }

  async rowAt(position) {
    if (!this.row(position)) await this.load(Math.floor(position / PAGE));
    return this.row(position);
  }

  // the record says something else now
  replace(row) {
    for (const page of this.pages.values()) {
      for (const [at, held] of page.rows) {
        if (held.id === row.id) {
          page.rows.set(at, row);
          this.drawn.get(at)?.remove();
          this.drawn.delete(at);
        }
      }
    }
    this.draw();
  }

  forget() {
    for (const element of this.drawn.values()) element.remove();
    this.drawn.clear();
  }

  choose(position) {
    const before = this.drawn.get(this.position);
    before?.setAttribute("aria-selected", "false");
    this.position = position;
    if (position < 0) {
      this.box.removeAttribute("aria-activedescendant");
      return;
    }
    const height = this.height;
    const top = position * height;
    if (top < this.box.scrollTop) this.box.scrollTop = top - height;
    else if (top + height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + 2 * height - this.box.clientHeight;
    this.draw();
  }

  draw() {
    const height = this.height;
    const first = Math.max(0, Math.floor(this.box.scrollTop / height) - BEYOND);
    const last = Math.min(this.total - 1, Math.ceil((this.box.scrollTop + this.box.clientHeight) / height) + BEYOND);
    for (const [at, element] of this.drawn) {
      if (at < first || at > last) {
        element.remove();
        this.drawn.delete(at);
      }
    }
    for (let at = first; at <= last; at += 1) {
      const row = this.row(at);
      if (!row) this.load(Math.floor(at / PAGE)).catch((problem) => warn(word("failed", { problem: problem.message })));
      else if (!this.drawn.has(at)) {
        const element = this.element(row, at);
        element.style.top = `${at * height}px`;
        this.drawn.set(at, element);
        this.sheet.append(element);
      }
    }
    const chosen = this.drawn.get(this.position);
    chosen?.setAttribute("aria-selected", "true");
    if (chosen) this.box.setAttribute("aria-activedescendant", chosen.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  element(row, at) {
    const notes = [row.date, row.doc_id];
    if (row.quality !== "intact") notes.unshift(word(`q_${row.quality}`));
    if (row.known === false) notes.unshift(word("known_false"));
    const state = row.review ? [make("span", { class: `state ${row.review}` }, word(`s_${row.review}`))] : [];
    const properties = { class: "row", id: `row-${at}`, role: "option", data: { position: at, id: row.id } };
    return make(
      "div",
      { ...properties, "aria-selected": "false", "aria-setsize": this.total, "aria-posinset": at + 1 },
      make("div", { class: "what" }, ...state, make("span", { class: `tag ${row.table}` }, word(`one_${row.table}`)), text(row.text)),
      make("div", { lang: "zh-Hant" }, text(row.line)),
      make("div", { class: "meta" }, text(notes.filter(Boolean).join(" · "))),
    );
  }
}
