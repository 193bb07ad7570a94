// A long form folded to lines: what each part lacks stays told as it is typed, and each part is kept by itself.
"use strict";
(() => {
  const PAUSE = 1200, AGAIN = 8000;
  const form = () => document.querySelector("form[data-folds]");
  const folds = () => [...document.querySelectorAll("form[data-folds] [data-fold]")];
  const foldOf = (target) => target.closest && target.closest("form[data-folds] [data-fold]");
  const sameOf = (fold) => fold.querySelector(".fold-same input");
  const controls = (fold) => [...fold.querySelectorAll("details [name]")].filter((one) => one.type !== "button");
  const WORDS = { todo: "未填", said: "已填", wrong: "要改" };

  // what is lacking
  function isSaid(fold) {
    const same = sameOf(fold);
    if (same && same.checked) return true;
    const asked = controls(fold).filter((one) => one.required && one.type !== "file");
    return asked.every((one) => one.type === "radio" ? controls(fold).some((other) => other.name === one.name && other.checked) : one.value.trim());
  }
  function mark(fold, state) {
    const line = document.querySelector(`[data-of="${fold.id}"]`);
    for (const one of [fold, line]) {
      if (!one) continue;
      one.classList.remove(...Object.keys(WORDS));
      one.classList.add(state);
      one.querySelector("[data-state]").textContent = WORDS[state];
    }
  }
  const left = () => folds().filter((fold) => !fold.classList.contains("said"));
  function count() {
    const words = document.querySelector("[data-left]"), number = left().length;
    const said = number ? `还有 ${number} 项未填` : "都填好了";
    if (words && words.textContent !== said) words.textContent = said;
  }
  function judge(fold) { mark(fold, isSaid(fold) ? "said" : "todo"); count(); }

  // going about
  function open(fold) {
    fold.querySelector("details").open = true;
    fold.scrollIntoView({ block: "start" });
    const first = fold.querySelector(".field.wrong input, .field.wrong textarea, .field.wrong select") || fold.querySelector("details input:not([type=hidden]), details textarea");
    if (first) first.focus({ preventScroll: true });
  }
  function next(from) {
    const all = left(), at = from ? folds().indexOf(from) : -1;
    const found = all.find((fold) => folds().indexOf(fold) > at) || all.find((fold) => fold !== from);
    if (from && (found || isSaid(from))) from.querySelector("details").open = false;
    if (found) return open(found);
    const foot = form().querySelector(".form-foot .primary");
    if (foot) { foot.scrollIntoView({ block: "center" }); foot.focus({ preventScroll: true }); }
  }
  function reach(hash) {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    const fold = target && foldOf(target);
    if (!fold) return false;
    const index = document.querySelector(".folds-index");
    if (index) index.open = false;
    open(fold);
    const within = target.matches("input, textarea, select") ? target : target !== fold && target.querySelector("input");
    if (within) within.focus({ preventScroll: true });
    if (within) within.scrollIntoView({ block: "center" });
    return true;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && form() && reach(link.hash)) return event.preventDefault();
    const button = event.target.closest("form[data-folds] button[type=button]");
    if (!button) return;
    if ("nextFold" in button.dataset) next(foldOf(button));
    if ("onlyLeft" in button.dataset) {
      const is = form().classList.toggle("only-left");
      button.setAttribute("aria-pressed", is);
    }
    if ("sameAll" in button.dataset) {
      left().filter(sameOf).forEach((fold) => { sameOf(fold).checked = true; settle(fold); });
    }
  });

  // what is typed is kept
  const waiting = new Set();
  let timer = 0, isOut = false;
  const say = (words) => { const note = document.querySelector("[data-kept]"); if (note) note.textContent = words; };
  const hasFiles = () => [...form().querySelectorAll("input[type=file]")].some((one) => one.files.length);
  function settle(fold) {
    judge(fold);
    waiting.add(fold);
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
  }
  async function keep(some) {
    const whole = form(), body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "seat"]) body.set(name, whole.elements[name].value);
    body.set("do", "draft");
    for (const fold of some) {
      const named = [...controls(fold), sameOf(fold)].filter((one) => one && one.type !== "file");
      body.append("part", named[0].name);
      for (const one of named) if (!["radio", "checkbox"].includes(one.type) || one.checked) body.append(one.name, one.value);
    }
    const isLeaving = document.visibilityState === "hidden"; // what outlives its page may only be small
    const answer = await fetch(whole.action, { method: "POST", body, keepalive: isLeaving, headers: { "X-Upload": "1" } });
    if (answer.status !== 204) throw Object.assign(new Error(), { isRefused: answer.status < 500 });
  }
  async function flush() {
    if (isOut || !form() || !waiting.size) return;
    isOut = true;
    clearTimeout(timer);
    try {
      while (waiting.size) {
        const some = [...waiting];
        waiting.clear();
        say("正在存…");
        try { await keep(some); } catch (error) { some.forEach((fold) => waiting.add(fold)); throw error; }
      }
      say(`已存 ${new Date().toTimeString().slice(0, 5)}${hasFiles() ? "，文件随报送或“存草稿”上传" : ""}`);
      if (!hasFiles() && !isMore) form().dispatchEvent(new CustomEvent("form:kept", { bubbles: true }));
    } catch (error) {
      if (error.isRefused) {
        waiting.clear();
        return say("没有存上：本件已办理或登录已过期，请复制内容后刷新");
      }
      say("没有存上，稍后自动再存；请先不要关闭页面");
      timer = setTimeout(flush, AGAIN);
    } finally { isOut = false; }
  }
  let isMore = false; // something was typed outside the folds, which nothing keeps before the form goes
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      isMore ||= !foldOf(event.target) && !!event.target.closest?.("form[data-folds]");
      const fold = foldOf(event.target), same = fold && sameOf(fold);
      if (!fold) return;
      if (event.target === same) { if (same.checked) fold.querySelector("details").open = false; }
      else if (same && same.checked && event.target.type !== "file") same.checked = false;
      settle(fold);
    });
  }
  document.addEventListener("toggle", (event) => { if (foldOf(event.target)) flush(); }, true);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-folds]")) { waiting.clear(); clearTimeout(timer); } });
})();
