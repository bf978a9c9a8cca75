// A record's fields as a form. Only fields that were changed are sent.

import { byId, make, settings, submitOnEnter, text, word } from "./dom.js";

const LONG = new Set(["subject", "index_name", "publisher", "measure", "programme", "organisation", "name", "name_en"]);

// one field; `choices` are shown as a list that keeps any other value it had
export function fieldOf(table, field) {
  const name = `field-${field.name}`;
  const choices = field.type === "boolean" ? ["true", "false"] : settings.choices[table]?.[field.name];
  let input;
  if (choices) {
    const values = ["", ...choices, ...(choices.includes(field.value) ? [] : [field.value])];
    const shown = (value) => (field.type === "boolean" ? value && word(value === "true" ? "yes" : "no") : choice(value));
    const options = [...new Set(values)].map((value) =>
      make("option", { value, selected: value === field.value, defaultSelected: value === field.value }, shown(value)),
    );
    input = make("select", { name }, ...options);
  } else {
    const mode = field.type === "integer" ? "numeric" : field.type === "number" ? "decimal" : "text";
    input = make("input", { name, inputMode: mode, defaultValue: field.value, dir: "auto", lang: "zh-Hant" });
  }
  const label = make("label", { class: LONG.has(field.name) ? "long" : "" }, make("span", {}, word(`c_${field.name}`)), input);
  if (field.type === "number") label.append(make("span", { class: "was reading" }, reading(field.value)));
  if (field.extracted !== undefined) {
    label.append(make("span", { class: "was" }, text(word("extracted", { value: field.extracted || word("empty") }))));
  }
  return label;
}

// a long number as people read it: 33,000,000,000 · 330億
export function reading(value) {
  const [, sign, whole, rest] = /^(-?)(\d{5,})(\.\d+)?$/.exec(value) ?? [];
  if (whole === undefined) return "";
  const [unit, size] = whole.length > 8 ? ["億", 1e8] : ["萬", 1e4];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${grouped}${rest ?? ""} · ${sign}${Number(whole + (rest ?? "")) / size}${unit}`;
}

// the second of a pair follows the first while both say the same
const PAIRS = { "field-value_from": "field-value_to", "field-rank_from": "field-rank_to" };
export function follow(input) {
  const other = PAIRS[input.name] && input.form.elements.namedItem(PAIRS[input.name]);
  if (!other) return;
  if (other.value === (input.dataset.before ?? input.defaultValue)) other.value = input.value;
  input.dataset.before = input.value;
}

// a value of few, in the reader's language and as the tables have it
export function choice(value) {
  const said = settings.words[`v_${value}`];
  return said === undefined || said === value ? value : `${said} (${value})`;
}

function isChanged(input) {
  if (input.tagName !== "SELECT") return input.value !== input.defaultValue;
  return ![...input.options].some((option) => option.selected && option.defaultSelected);
}

// what was changed among the fields of `box`, by column
export function changed(box) {
  const inputs = [...box.querySelectorAll("[name^='field-']")].filter(isChanged);
  return Object.fromEntries(inputs.map((input) => [input.name.slice("field-".length), input.value]));
}

export class RecordForm {
  constructor(onSave) {
    this.form = byId("form");
    this.record = null;
    submitOnEnter(this.form);
    this.form.addEventListener("input", (event) => {
      follow(event.target);
      this.mark();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      onSave();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        this.drop();
        byId("list").focus();
      }
    });
  }

  show(record) {
    this.record = record;
    byId("record-kind").textContent = record ? word(`one_${record.table}`) : "";
    if (!record) {
      this.form.replaceChildren(make("p", {}, word("record_none")));
      this.mark();
      return;
    }
    const facts = record.facts;
    const parts = [this.state(record), make("p", { class: "quote", lang: "zh-Hant" }, ...this.sentence(facts))];
    if (record.raw !== null) parts.push(make("p", {}, make("b", {}, `${word("in_source")}: `), text(record.raw)));
    parts.push(make("div", { class: "fields" }, ...record.fields.map((field) => fieldOf(record.table, field))));
    const note = make("input", { name: "note", defaultValue: record.note, maxLength: 1000, dir: "auto" });
    parts.push(make("label", {}, make("span", {}, word("note")), note));
    const small = [facts.section && `${word("section")}: ${facts.section}`, `${word("rule")}: ${facts.pattern}`, word(`q_${facts.quality}`)];
    parts.push(make("p", { class: "aside" }, text(small.filter(Boolean).join(" · "))));
    parts.push(make("button", { type: "submit", hidden: true }));
    this.form.replaceChildren(...parts);
    this.form.scrollTop = 0;
    this.mark();
  }

  state(record) {
    if (!record.review) return make("p", { class: "aside" }, word("s_unreviewed"));
    const state = word(`s_${record.review}`);
    const when = record.when.slice(0, 16).replace("T", " ");
    const said = record.who ? word("decided_by", { state, who: record.who, when }) : word("decided_at", { state, when });
    return make("p", { class: record.review === "stale" ? "warn" : "aside" }, text(said));
  }

  // the sentence with the record's own text in bold
  sentence(facts) {
    const at = facts.sentence.indexOf(facts.text);
    if (at < 0) return [make("b", {}, text(facts.text)), " ", text(facts.sentence)];
    return [text(facts.sentence.slice(0, at)), make("b", {}, text(facts.text)), text(facts.sentence.slice(at + facts.text.length))];
  }

  mark() {
    for (const label of this.form.querySelectorAll(".fields label")) {
      const input = label.querySelector("[name]");
      label.classList.toggle("changed", isChanged(input));
      label.querySelector(".reading")?.replaceChildren(reading(input.value));
    }
    const act = (name) => byId("actions").querySelector(`[data-act="${name}"]`);
    const record = this.record;
    for (const name of ["accepted", "rejected"]) act(name).disabled = !record;
    act("save").disabled = !record || !(this.dirty || this.noteChanged);
    act("withdrawn").disabled = !record?.review;
    act("name").disabled = !this.nameable;
  }

  get values() {
    return changed(this.form);
  }

  get dirty() {
    return Object.keys(this.values).length > 0;
  }

  get note() {
    return this.form.elements.namedItem("note")?.value ?? "";
  }

  get noteChanged() {
    const decided = this.record?.review && this.record.review !== "stale"; // a note goes with a decision
    return Boolean(decided) && this.note !== this.record.note;
  }

  // whether it is a name that no gazetteer has
  get nameable() {
    const known = this.record?.fields.find((field) => field.name === "known");
    return settings.nameTables.includes(this.record?.table) && known?.value === "false";
  }

  drop() {
    this.form.reset();
    for (const input of this.form.elements) delete input.dataset.before;
    this.mark();
  }

  edit() {
    const inputs = [...this.form.querySelectorAll("[name^='field-']")];
    (inputs.find((input) => input.tagName === "INPUT" && input.value) ?? inputs[0])?.focus();
  }
}
