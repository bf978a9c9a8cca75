// The release with its coloured spans: pieces as the server cut them, each with the character that it starts at.

import { byId, make, text, word } from "./dom.js";

export class Release {
  constructor(onChoose) {
    this.box = byId("text");
    this.docId = "";
    this.first = null;
    this.beside = { "-1": null, 1: null };
    this.pieces = [];
    this.spans = new Map();
    this.box.addEventListener("click", (event) => {
      const span = event.target.closest("[data-records]");
      if (span && document.getSelection().isCollapsed) onChoose(span.dataset.records.split(" ").at(-1));
    });
    this.box.addEventListener("pointerover", (event) => this.tip(event.target.closest("[data-tip]")));
    this.box.addEventListener("pointerleave", () => this.tip(null));
    this.box.addEventListener("scroll", () => this.tip(null), { passive: true });
  }

  show(release) {
    const facts = release.document;
    this.docId = facts.doc_id;
    this.pieces = release.pieces;
    this.first = [...release.records].sort((a, b) => a.start - b.start)[0]?.record_id ?? null;
    this.beside = { "-1": release.before, 1: release.after };
    byId("before").disabled = release.before === null;
    byId("after").disabled = release.after === null;
    byId("release-head").replaceChildren(text(facts.title || facts.doc_id));
    const about = [facts.published_at?.slice(0, 16).replace("T", " "), facts.issuer, facts.source, facts.repairs];
    byId("document").replaceChildren(text(about.filter(Boolean).join(" · ")));
    this.spans.clear();
    const tables = new Map(release.records.map((record) => [record.record_id, record.table]));
    this.box.replaceChildren(...release.pieces.map((piece, number) => this.piece(piece, number, tables)));
    this.box.scrollTop = 0;
    this.settle(release.records);
  }

  piece(piece, number, tables) {
    const records = piece.records ?? [];
    const element = make("span", { data: { piece: number } }, piece.sign === "hidden" ? piece.means.split(" ")[0] : piece.text);
    if (records.length) {
      element.dataset.records = records.join(" ");
      element.classList.add("span", tables.get(records.at(-1)));
      for (const id of records) this.spans.set(id, [...(this.spans.get(id) ?? []), element]);
    }
    if (piece.repair) {
      element.classList.add(piece.text ? "repaired" : "gone");
      element.dataset.tip = word(piece.text ? "raw_tip" : "gone_tip", { raw: piece.raw });
    }
    if (piece.sign === "lost") {
      element.classList.add("lost");
      element.dataset.tip = word("lost_tip") + (piece.raw ? ` (${piece.raw})` : "");
    }
    if (piece.sign === "hidden") {
      element.classList.add("hidden-sign");
      element.dataset.tip = word("hidden_tip", { means: piece.means });
    }
    return element;
  }

  // what was decided on each record, as marks on its spans
  settle(records) {
    for (const record of records) {
      for (const span of this.spans.get(record.record_id) ?? []) {
        const last = span.dataset.records.split(" ").at(-1);
        if (last !== record.record_id) continue;
        span.classList.remove("accepted", "corrected", "rejected", "added", "stale");
        if (record.review) span.classList.add(record.review);
      }
    }
  }

  current(id) {
    for (const span of this.box.querySelectorAll(".current")) span.classList.remove("current");
    const spans = this.spans.get(id) ?? [];
    for (const span of spans) span.classList.add("current");
    if (!spans.length) return;
    const [place, box] = [spans[0].getBoundingClientRect(), this.box.getBoundingClientRect()];
    if (place.top < box.top + 40 || place.bottom > box.bottom - 40) this.box.scrollTop += place.top - box.top - box.height / 3;
  }

  tip(element) {
    const tip = byId("tip");
    tip.hidden = !element;
    if (!element) return;
    tip.replaceChildren(text(element.dataset.tip));
    const place = element.getBoundingClientRect();
    const below = place.bottom + 6 + tip.offsetHeight < window.innerHeight;
    tip.style.top = `${below ? place.bottom + 6 : place.top - tip.offsetHeight - 6}px`;
    tip.style.left = `${Math.max(4, Math.min(place.left, window.innerWidth - tip.offsetWidth - 4))}px`;
  }

  // the selected text and its first character in the release, or null
  selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!this.box.contains(range.commonAncestorContainer)) return null;
    const [start, end] = [this.place(range.startContainer, range.startOffset), this.place(range.endContainer, range.endOffset)];
    const whole = Array.from(this.pieces.map((piece) => piece.text).join("")).slice(start, end);
    const blank = whole.findIndex((character) => character.trim());
    if (blank < 0) return null;
    return { text: whole.join("").trim(), start: start + blank };
  }

  place(node, offset) {
    if (node === this.box) return offset < this.pieces.length ? this.pieces[offset].start : Infinity;
    const element = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-piece]");
    const piece = this.pieces[Number(element.dataset.piece)];
    if (piece.sign === "hidden") return piece.start + (offset > 0 ? 1 : 0);
    const inside = node.nodeType === Node.TEXT_NODE ? piece.text.slice(0, offset) : offset ? piece.text : "";
    return piece.start + Array.from(inside).length;
  }
}
