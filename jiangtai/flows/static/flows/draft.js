// What is typed at a seat stays in this tab until it is sent or signed out of: a reload or a lost page costs no word.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = `draft:${form.dataset.draft}`, note = form.querySelector("[data-draft-note]");
  const typed = () => [...form.elements].filter((one) => one.name && !one.disabled && !["hidden", "file", "password", "submit", "button", "fieldset"].includes(one.type));
  const isMark = (one) => one.type === "checkbox" || one.type === "radio";
  const named = (one) => isMark(one) ? `${one.name}=${one.value}` : one.name;
  const read = () => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const say = (words) => { if (note) { note.textContent = words; note.hidden = false; } };

  function keep() {
    const kept = Object.fromEntries(typed().filter((one) => one.type !== "select-multiple").map((one) => [named(one), isMark(one) ? one.checked : one.value]));
    try { sessionStorage.setItem(key, JSON.stringify(kept)); } catch { return; }
    say("已暂存在这个标签页里，刷新不会丢；要留到以后，请点“存草稿”。");
  }
  function restore(kept) {
    const other = typed().filter((one) => named(one) in kept && kept[named(one)] !== (isMark(one) ? one.checked : one.value));
    if (!other.length) return;
    other.forEach((one) => { if (isMark(one)) one.checked = kept[named(one)]; else one.value = kept[named(one)]; });
    other[0].dispatchEvent(new Event("input", { bubbles: true }));
    say("已恢复您刚才填写、还没有提交的内容。");
  }
  const kept = read();
  if (kept && !document.getElementById("form-errors")) restore(kept); // beside an error stands what was just sent
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
})();
