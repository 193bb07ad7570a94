// Search as you type: arrows move, enter opens, escape closes; for the `/` search and for pickers.
(() => {
  const boxOf = (input) => document.getElementById(input.dataset.hits);
  const options = (input) => [...boxOf(input).querySelectorAll("[role=option]")];
  const marked = (input) => options(input).find((one) => one.getAttribute("aria-selected") === "true");

  function prepare(input) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", input.dataset.hits);
    input.setAttribute("aria-expanded", "false");
  }
  function mark(input, one) {
    options(input).forEach((other) => other.setAttribute("aria-selected", String(other === one)));
    if (!one) return input.removeAttribute("aria-activedescendant");
    if (!one.id) one.id = `${input.id}-option-${options(input).indexOf(one)}`;
    input.setAttribute("aria-activedescendant", one.id);
    one.scrollIntoView({ block: "nearest" });
  }
  function show(input, isOpen) {
    boxOf(input).hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen && options(input).length > 0));
    if (!isOpen) mark(input, null);
  }
  function pick(option) {
    const picker = option.closest("[data-picker]"), text = picker.querySelector("[data-hits]");
    text.value = option.dataset.name;
    picker.querySelector("[name$=_id]").value = option.dataset.id;
    picker.querySelector("[name$=_name]").value = option.dataset.name;
    show(text, false);
    text.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const setUp = (root) => root.querySelectorAll("[data-hits]:not([role])").forEach(prepare);
  setUp(document);
  document.addEventListener("htmx:afterSwap", (event) => {
    setUp(event.target);
    const input = document.querySelector(`[data-hits="${event.target.id}"]`);
    if (input) show(input, document.activeElement === input && event.target.childElementCount > 0);
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("[data-hits]");
    if (!input) return;
    const all = options(input), here = all.indexOf(marked(input));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!all.length) return;
      event.preventDefault();
      show(input, true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(input, all[(here + step + all.length + (here < 0 && step < 0 ? 1 : 0)) % all.length]);
    } else if (event.key === "Enter" && marked(input) && !boxOf(input).hidden) {
      event.preventDefault();
      const one = marked(input);
      one.href ? location.assign(one.href) : pick(one);
    } else if (event.key === "Escape" && !boxOf(input).hidden && boxOf(input).childElementCount) {
      event.preventDefault();
      event.stopPropagation();
      show(input, false);
    }
  });
  document.addEventListener("mousedown", (event) => { if (event.target.closest(".hits [role=option]")) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-picker] [role=option]");
    if (option) return pick(option);
    document.querySelectorAll("[data-hits]").forEach((input) => {
      if (event.target !== input && !boxOf(input).contains(event.target)) show(input, false);
    });
  });
  document.addEventListener("focusin", (event) => {
    document.querySelectorAll("[data-hits]").forEach((input) => {
      if (event.target === input) show(input, boxOf(input).childElementCount > 0);
      else if (!boxOf(input).contains(event.target)) show(input, false);
    });
  });
})();
