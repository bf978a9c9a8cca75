// The dialogs: a record that the rules missed, a name for the gazetteer, the keys.

import { Problem, write } from "./api.js";
import { byId, make, settings, submitOnEnter, word } from "./dom.js";
import { changed, choice, fieldOf, follow } from "./form.js";

function opened(name, onSubmit) {
  const dialog = byId(name);
  const form = byId(`${name}-form`);
  form.querySelector(".cancel").addEventListener("click", () => dialog.close());
  submitOnEnter(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector(".problem").textContent = "";
    try {
      await onSubmit();
      dialog.close();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      form.querySelector(".problem").textContent = word("not_saved", { problem: problem.message });
    }
  });
  return { dialog, form };
}

export class NewRecord {
  constructor(onAdded) {
    const { dialog, form } = opened("new", async () => onAdded(await this.add()));
    Object.assign(this, { dialog, form, docId: "", selected: null });
    this.fields = form.elements;
    this.fields.table.addEventListener("change", () => this.fill());
    form.addEventListener("input", (event) => follow(event.target));
  }

  open(docId, selected, table) {
    this.docId = docId;
    this.selected = selected;
    this.form.reset();
    this.form.querySelector(".problem").textContent = "";
    this.fields.table.value = table;
    this.fields.text.value = selected?.text ?? "";
    this.fill();
    this.dialog.showModal();
    (selected ? this.fields.table : this.fields.text).focus();
  }

  fill() {
    const table = this.fields.table.value;
    byId("new-fields").replaceChildren(...settings.forms[table].map((field) => fieldOf(table, field)));
  }

  add() {
    const text = this.fields.text.value;
    const start = this.selected && this.selected.text === text ? this.selected.start : null;
    const values = changed(byId("new-fields"));
    return write("/api/add", { doc_id: this.docId, table: this.fields.table.value, text, start, values, note: this.fields.note.value });
  }
}

export class NewName {
  constructor(onAdded) {
    const { dialog, form } = opened("name", async () => onAdded(await write("/api/name", this.body())));
    Object.assign(this, { dialog, form, record: null, waiting: 0 });
    this.fields = form.elements;
    form.addEventListener("input", () => this.reach());
  }

  open(record) {
    this.record = record;
    this.form.reset();
    this.form.querySelector(".problem").textContent = "";
    const value = (name) => record.fields.find((field) => field.name === name)?.value ?? "";
    const types = settings.choices[record.table].type;
    const type = this.fields.namedItem("type");
    type.replaceChildren(...types.map((each) => make("option", { value: each, selected: each === value("type") }, choice(each))));
    this.fields.namedItem("name").value = value("name");
    this.fields.namedItem("name_en").value = value("name_en");
    this.dialog.showModal();
    this.form.querySelector("button.yes").focus(); // Enter adds it
    this.reach(0);
  }

  body() {
    const of = (name) => this.fields.namedItem(name).value.trim();
    const aliases = of("aliases").split("\n").map((each) => each.trim()).filter(Boolean).join("|");
    const id = this.record.table === "organisations" ? "org_id" : "programme_id";
    const values = { name: of("name"), type: of("type"), name_en: of("name_en"), aliases, source: of("source"), [id]: of("id") };
    return { id: this.record.id, table: this.record.table, values };
  }

  reach(delay = 200) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      try {
        byId("reach").textContent = word("name_reach", await write("/api/name/reach", this.body()));
      } catch (problem) {
        byId("reach").textContent = problem.message;
      }
    }, delay);
  }
}
