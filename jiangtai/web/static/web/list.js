// Lists: rows stay chosen from page to page (in this tab only), and the acts say how many they will touch.
(() => {
  const rowsBox = () => document.querySelector("[data-list]");
  if (!rowsBox()) return;
  const key = (box) => `picked:${box.dataset.list}:${strip(box.dataset.state)}`;
  const strip = (state) => { const query = new URLSearchParams(state); query.delete("sort"); query.delete("col"); return query.toString(); };
  const read = (box) => { try { return JSON.parse(sessionStorage.getItem(key(box))) || { all: false, ids: [] }; } catch { return { all: false, ids: [] }; } };
  const keep = (box, picked) => sessionStorage.setItem(key(box), JSON.stringify(picked));
  const boxes = (box) => [...box.querySelectorAll("input[type=checkbox][name=pick]")];

  function draw() {
    const box = rowsBox();
    if (!box) return;
    const picked = read(box), ids = new Set(picked.ids), all = boxes(box), total = Number(box.dataset.total), measure = box.dataset.measure;
    all.forEach((one) => { one.checked = picked.all || ids.has(one.value); one.closest("tr").classList.toggle("picked-row", one.checked); });
    const head = box.querySelector("[data-pick-page]"), checked = all.filter((one) => one.checked).length;
    if (head) { head.checked = all.length > 0 && checked === all.length; head.indeterminate = checked > 0 && checked < all.length; }
    const count = picked.all ? total : ids.size, bar = box.querySelector("[data-picked]");
    if (bar) {
      bar.hidden = count === 0;
      bar.querySelector("[data-picked-words]").textContent = `已选 ${count.toLocaleString("en")} ${measure}`;
      bar.querySelector("[data-pick-all]").hidden = picked.all || total <= all.length;
    }
    box.querySelectorAll("[data-bulk]").forEach((button) => { button.disabled = count === 0; });
    const out = box.querySelector("[data-export]");
    if (out) out.textContent = count && !picked.all ? `导出所选 ${count.toLocaleString("en")} ${measure}` : `导出 ${total.toLocaleString("en")} ${measure}`;
  }
  function toggle(box, values, isOn) {
    const picked = read(box);
    const ids = new Set(picked.all && !isOn ? boxes(box).map((one) => one.value) : picked.ids);
    values.forEach((value) => isOn ? ids.add(value) : ids.delete(value));
    keep(box, { all: picked.all && isOn, ids: [...ids] });
    draw();
  }
  document.addEventListener("change", (event) => {
    const box = rowsBox();
    if (!box || !box.contains(event.target)) return;
    if (event.target.matches("input[name=pick]")) toggle(box, [event.target.value], event.target.checked);
    if (event.target.matches("[data-pick-page]")) toggle(box, boxes(box).map((one) => one.value), event.target.checked);
  });
  document.addEventListener("click", (event) => {
    const box = rowsBox();
    if (event.target.matches("[data-pick-all]")) { keep(box, { all: true, ids: [] }); draw(); }
    if (event.target.matches("[data-pick-none]")) { keep(box, { all: false, ids: [] }); draw(); }
    const last = event.target.closest("input[name=pick]");
    if (last && event.shiftKey && anchor && anchor.isConnected) {
      const all = boxes(box), [from, to] = [all.indexOf(anchor), all.indexOf(last)].sort((a, b) => a - b);
      toggle(box, all.slice(from, to + 1).map((one) => one.value), last.checked);
    }
    if (last) anchor = last;
  });
  let anchor = null;
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "many") return;
    const form = event.target, box = rowsBox(), picked = read(box), here = new Set(boxes(box).map((one) => one.value));
    form.querySelectorAll("[data-carried]").forEach((one) => one.remove());
    const carry = (name, value) => { const input = document.createElement("input"); Object.assign(input, { type: "hidden", name, value }); input.dataset.carried = ""; form.append(input); };
    if (picked.all) carry("all", "1");
    else picked.ids.filter((id) => !here.has(id)).forEach((id) => carry("pick", id));
    if (event.submitter && event.submitter.hasAttribute("data-bulk")) keep(box, { all: false, ids: [] });
  });
  document.addEventListener("htmx:afterSettle", draw);
  addEventListener("pageshow", draw);
  draw();
})();
