// A checked draft: only one verdict is shown, J and K walk from card to card, Y and N take or leave a proposal.
(() => {
  const form = document.getElementById("corrected"), text = document.querySelector("[data-draft-text]");
  if (!form || !text) return;
  const cards = [...form.querySelectorAll("[data-card]")], tools = document.querySelector("[data-draft-tools]");
  const copy = form.querySelector("[data-copy-draft]"), said = form.querySelector("[data-copied]");
  if (tools) tools.hidden = false;
  if (copy) copy.hidden = false;
  const pieces = (number) => [...text.querySelectorAll(`[data-of="${number}"]`)];
  const shown = () => cards.filter((card) => !card.hidden);
  const before = new Map();

  function mark(card) {
    text.querySelectorAll(".here").forEach((one) => one.classList.remove("here"));
    const [first] = card && card.dataset.number ? pieces(card.dataset.number) : [];
    if (!first) return;
    pieces(card.dataset.number).forEach((one) => one.classList.add("here"));
    first.scrollIntoView({ block: "nearest" });
  }
  function walk(step) {
    const all = shown(), at = all.findIndex((card) => card.contains(document.activeElement));
    const next = all[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
  }
  // The words in the draft change with the box, so that what is copied is what is seen.
  function take(box) {
    const [first, ...rest] = pieces(box.value);
    if (!first) return;
    if (!before.has(box.value)) before.set(box.value, [first, ...rest].map((one) => one.textContent));
    const words = before.get(box.value);
    [first, ...rest].forEach((one, at) => { one.textContent = words[at]; });
    if (!box.checked) return;
    const gone = document.createElement("del"), come = document.createElement("ins");
    gone.textContent = words.join(""); come.textContent = box.dataset.wording;
    first.replaceChildren(gone, come);
    rest.forEach((one) => { one.textContent = ""; });
  }
  form.addEventListener("change", (event) => { if (event.target.name === "take") take(event.target); });
  form.addEventListener("focusin", (event) => mark(event.target.closest("[data-card]")));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-only]"), link = event.target.closest("a[href^='#f'], a[href^='#c']");
    if (button) {
      document.querySelectorAll("[data-only]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
      cards.forEach((card) => { card.hidden = Boolean(button.dataset.only) && card.dataset.verdict !== button.dataset.only; });
    }
    if (!link) return;
    const card = document.getElementById(link.hash.slice(1));
    if (!card) return;
    event.preventDefault();
    card.hidden = false;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("textarea, select, input:not([type=checkbox])");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping || event.target.closest("dialog")) return;
    const key = event.key.toLowerCase(), card = document.activeElement.closest("[data-card]");
    if (key === "j" || key === "k") { event.preventDefault(); walk(key === "j" ? 1 : -1); }
    const box = card && card.querySelector("input[name=take]");
    if (!box || (key !== "y" && key !== "n")) return;
    event.preventDefault();
    box.checked = key === "y";
    take(box);
    walk(1);
  });
  if (copy) copy.addEventListener("click", async () => {
    const clean = text.cloneNode(true);
    clean.querySelectorAll("del").forEach((one) => one.remove());
    try { await navigator.clipboard.writeText(clean.textContent); said.textContent = "已复制"; } catch { said.textContent = "浏览器不让复制，请下载"; }
  });
  cards.forEach((card) => { const box = card.querySelector("input[name=take]"); if (box && box.checked) take(box); });
})();
