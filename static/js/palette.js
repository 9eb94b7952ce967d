// The search palette: objects, components, actions, words of the course. Fetched when it is first opened.
const PAUSE_MS = 120;
const ACTIONS = [
  ["Create an object: pod, deployment, service, config map, namespace, node", "create"], ["Open the terminal", "tab-terminal"], ["Show the messages", "tab-messages"], ["Light or dark", "theme"], ["Show the story", "tab-story"],
  ["Show the wire", "tab-wire"], ["The diagram as text", "astext-button"], ["Undo: put the cluster back to a revision", "put-back"], ["Take the tour", "tour"], ["Share what you see", "share"], ["Predict mode", "predicting"],
];

export class Palette {
  constructor(slug, show) {
    this.slug = slug;
    this.show = show;
    this.found = [];
    this.at = 0;
    this.build();
  }

  build() {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "palette";
    this.dialog.setAttribute("aria-label", "Search");
    this.input = document.createElement("input");
    Object.entries({ type: "text", role: "combobox", "aria-label": "Search objects, components, actions and words", "aria-expanded": "true", "aria-controls": "palette-list", autocomplete: "off", spellcheck: "false", placeholder: "an object, a component, an action, a word …" }).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.list = document.createElement("ul");
    Object.entries({ role: "listbox", id: "palette-list", "aria-label": "Found" }).forEach(([name, value]) => this.list.setAttribute(name, value));
    this.none = document.createElement("p");
    this.none.className = "note";
    this.none.setAttribute("role", "status");
    this.dialog.append(this.input, this.list, this.none);
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => { this.timer = 0; this.search(); }, PAUSE_MS); });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
    this.list.addEventListener("click", (event) => { const item = event.target.closest("li"); if (item) this.take(Number(item.dataset.index)); });
  }

  open() {
    if (this.dialog.open) return;
    this.input.value = "";
    this.dialog.showModal();
    this.search();
  }

  async search() {
    const text = this.input.value.trim().toLowerCase();
    const actions = ACTIONS.filter(([title, id]) => title.toLowerCase().includes(text) && document.getElementById(id)).map(([title, id]) => ({ kind: "action", id, title, words: "" }));
    let found = [];
    if (text.length > 1) {
      const answer = await fetch(`/c/${this.slug}/search/?${new URLSearchParams({ q: text })}`).catch(() => null);
      if (answer?.ok) ({ found } = await answer.json());
      if (text !== this.input.value.trim().toLowerCase()) return; // a newer search is on its way
    }
    this.found = [...actions, ...found];
    this.at = 0;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.found.map((each, index) => {
      const item = document.createElement("li");
      Object.entries({ role: "option", id: `found-${index}`, "aria-selected": String(index === this.at) }).forEach(([name, value]) => item.setAttribute(name, value));
      item.dataset.index = index;
      const [kind, title, words] = ["small", "strong", "span"].map((name) => document.createElement(name));
      kind.textContent = each.kind;
      title.textContent = each.title;
      words.textContent = each.words;
      item.append(kind, title, words);
      return item;
    }));
    this.none.textContent = this.found.length ? "" : "Nothing of that name.";
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    if (this.found.length) this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      event.preventDefault();
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.enter();
    }
  }

  // What was typed just now is searched first: the choice is of what it finds.
  async enter() {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = 0;
      await this.search();
    }
    this.take(this.at);
  }

  take(index) {
    const each = this.found[index];
    if (!each) return;
    if (each.kind === "word" && !each.id) return; // it is said already
    this.dialog.close();
    if (each.kind === "action") document.getElementById(each.id).click();
    else this.show(whole(each.id));
  }
}

// A word of the course names a kind of component: the first node's is shown.
function whole(id) {
  return document.querySelector(`.component[data-id='${CSS.escape(id)}']`) || id.includes("/") || id.includes(".") ? id : document.querySelector(`.component[data-id^='${CSS.escape(id)}.']`)?.dataset.id ?? id;
}
