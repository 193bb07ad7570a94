// A plan's words and what was understood of them: one lights up with the other; J and K go on and back, E puts right.
(() => {
  const reading = document.querySelector("[data-reading]");
  if (!reading) return;
  const light = (pair) => {
    reading.querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
    if (pair) reading.querySelectorAll(`[data-pair="${CSS.escape(pair)}"]`).forEach((one) => one.classList.add("on"));
  };
  const pairOf = (target) => target.closest?.("[data-pair]")?.dataset.pair;
  reading.addEventListener("mouseover", (event) => light(pairOf(event.target)));
  reading.addEventListener("mouseleave", () => light(null));
  reading.addEventListener("focusin", (event) => light(pairOf(event.target)));

  const measures = [...reading.querySelectorAll("[data-measure]")];
  const here = () => {
    const held = measures.findIndex((one) => one.contains(document.activeElement));
    return held >= 0 ? held : measures.findIndex((one) => one.getBoundingClientRect().bottom > 80) - (scrollY < 80 ? 1 : 0);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      const next = measures[Math.min(Math.max(here() + (key === "j" ? 1 : -1), 0), measures.length - 1)];
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    } else if (key === "e") {
      const edit = measures[Math.max(here(), 0)]?.querySelector("[data-edit]");
      if (edit) { event.preventDefault(); edit.click(); }
    }
  });
})();
