// Forms: errors get the focus, unsaved changes are guarded, stock opinions fill in, uploads show their true progress.
(() => {
  const size = (bytes) => bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  // The browser's own words for a file come in the browser's language; these are ours.
  function nameFile(input) {
    const words = input.parentElement.querySelector("[data-file-name]");
    if (words) words.textContent = [...input.files].map((file) => `${file.name}（${size(file.size)}）`).join("、") || "还没有选文件";
  }

  const errors = document.querySelector("#form-errors:not(.gallery *)");
  if (errors) errors.focus();

  function setUp(root) {
    root.querySelectorAll("[data-stock]").forEach((box) => { box.hidden = false; });
    root.querySelectorAll(".card input").forEach(markCard);
    root.querySelectorAll("input[type=file]").forEach(nameFile);
  }
  function markCard(input) { input.closest(".card").classList.toggle("chosen", input.checked); }
  setUp(document);
  document.addEventListener("htmx:afterSwap", (event) => {
    setUp(event.target);
    const found = event.target.querySelector("#form-errors");
    if (found) found.focus();
  });

  let changed = null;
  const guarded = (target) => target.closest && target.closest("form[data-guard]");
  document.addEventListener("input", (event) => { if (guarded(event.target)) changed = guarded(event.target); });
  document.addEventListener("change", (event) => {
    if (guarded(event.target)) changed = guarded(event.target);
    const card = event.target.closest(".card");
    if (card) card.parentElement.querySelectorAll("input").forEach(markCard);
  });
  document.addEventListener("submit", (event) => { if (event.target === changed) changed = null; });
  document.addEventListener("form:kept", (event) => { if (event.target === changed) changed = null; });
  addEventListener("beforeunload", (event) => { if (changed && changed.isConnected) { event.preventDefault(); event.returnValue = "1"; } }); // older browsers ask only for a value
  document.addEventListener("click", (event) => {
    const words = event.target.closest("[data-stock] button");
    if (!words) return;
    const area = document.getElementById(words.parentElement.dataset.stock);
    area.value = area.value.trim() ? `${area.value.trim()} ${words.textContent}` : words.textContent;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  function tooLarge(form) {
    for (const input of form.querySelectorAll("input[type=file][data-most]")) {
      const most = Number(input.dataset.most), file = [...input.files].find((one) => one.size > most);
      input.setCustomValidity(file ? `文件 ${size(file.size)}，超过 ${size(most)}，请压缩或拆分后再传` : "");
      if (!input.checkValidity()) { input.reportValidity(); return true; }
    }
    return false;
  }
  document.addEventListener("change", (event) => { if (event.target.matches("input[type=file]")) { event.target.setCustomValidity(""); nameFile(event.target); } });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]") || ![...form.querySelectorAll("input[type=file]")].some((one) => one.files.length)) return;
    event.preventDefault();
    if (!tooLarge(form)) send(form, event.submitter);
  });

  function send(form, button) {
    const box = form.querySelector("[data-progress]"), bar = box.querySelector("progress"), words = box.querySelector("[data-progress-words]");
    const request = new XMLHttpRequest(), body = new FormData(form, button || undefined);
    const restore = (message) => { words.textContent = message; bar.value = 0; if (button) button.disabled = false; };
    box.hidden = false;
    if (button) button.disabled = true;
    request.open("POST", form.action);
    request.setRequestHeader("X-Upload", "1");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.max = event.total; bar.value = event.loaded;
      words.textContent = `已传 ${size(event.loaded)}，共 ${size(event.total)}`;
    });
    request.upload.addEventListener("load", () => { bar.removeAttribute("value"); words.textContent = "已传完，正在核对"; });
    request.addEventListener("load", () => {
      changed = null;
      const next = request.getResponseHeader("HX-Redirect");
      if (next) return location.assign(next);
      if (request.status < 400 && request.responseURL && new URL(request.responseURL).pathname !== location.pathname) return location.assign(request.responseURL);
      const page = new DOMParser().parseFromString(request.responseText, "text/html"), fresh = page.querySelector("main");
      if (!fresh) return restore(`没有传成（${request.status}），请稍后再试`);
      document.querySelector("main").replaceWith(fresh);
      if (window.htmx) htmx.process(fresh);
      setUp(fresh);
      const found = document.getElementById("form-errors");
      if (found) found.focus();
    });
    request.addEventListener("error", () => restore("网络断了，没有传成，请再试一次"));
    request.addEventListener("abort", () => restore("已停止，没有上传"));
    box.querySelector("[data-progress-stop]").onclick = () => request.abort();
    request.send(body);
  }
})();
