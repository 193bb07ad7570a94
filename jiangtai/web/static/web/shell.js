// The shell: `/` for the search, drop-downs that close, dialogs over the page, toasts that leave.
(() => {
  document.documentElement.classList.add("js");
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      const box = $("#find");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    if (event.key === "Escape") {
      $$(".drop[open]").forEach((drop) => { drop.open = false; $("summary", drop).focus(); });
      if (location.hash === "#rail") location.hash = "main";
    }
  });

  document.addEventListener("click", (event) => {
    $$(".drop[open]").forEach((drop) => { if (!drop.contains(event.target) || event.target.closest("a.drop-item")) drop.open = false; });
    const opener = event.target.closest("[data-dialog]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) openDialog(event, opener);
    if (location.hash === "#rail" && !event.target.closest("#rail, .menu-link")) location.hash = "main";
    const closer = event.target.closest("[data-close]");
    if (closer && $("#dialog")?.open && closer.closest("#dialog")) { event.preventDefault(); $("#dialog").close(); }
    if (event.target.id === "dialog") event.target.close();
    const toast = event.target.closest(".toast-close");
    if (toast) toast.parentElement.remove();
  });

  let opened = null;
  function openDialog(event, opener) {
    const dialog = $("#dialog");
    if (!dialog || !dialog.showModal || !window.htmx) return;
    event.preventDefault();
    opened = opener;
    const url = new URL(opener.href, location.href);
    if (!url.searchParams.has("back")) url.searchParams.set("back", location.pathname + location.search);
    htmx.ajax("GET", url.pathname + url.search, { target: "#dialog-body", swap: "innerHTML" }).then(() => {
      if (!$("#dialog-body").textContent.trim()) return;
      const title = $("h1, h2", dialog);
      dialog.setAttribute("aria-label", title ? title.textContent.trim() : "对话框");
      if (!dialog.open) dialog.showModal();
      ($("input:not([type=hidden]), select, textarea, button", dialog) || dialog).focus();
    });
  }
  // A form that gives a file is sent by the browser itself; nothing comes back into the dialog. Where the file changed
  // the page behind it, a sign comes beside the file.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#dialog form:not([hx-post])")) return;
    setTimeout(() => $("#dialog").close());
    const came = () => /\bcame=(\w+)/.exec(document.cookie)?.[1], before = came(), until = Date.now() + 60000;
    const waiting = setInterval(() => {
      if (came() && came() !== before) { clearInterval(waiting); location.reload(); }
      else if (Date.now() > until) clearInterval(waiting);
    }, 250);
  });
  const dialog = $("#dialog");
  if (dialog) dialog.addEventListener("close", () => { $("#dialog-body").replaceChildren(); if (opened) opened.focus(); opened = null; });

  function toastsLeave(root) {
    $$(".toasts:not(.sample) .toast", root).forEach((toast) => {
      if ($(".toast-close", toast)) return;
      const close = document.createElement("button");
      close.type = "button"; close.className = "toast-close"; close.textContent = "×"; close.setAttribute("aria-label", "关闭提示");
      toast.append(close);
      if (!toast.classList.contains("bad")) setTimeout(() => { toast.classList.add("leaving"); setTimeout(() => toast.remove(), 320); }, 6000);
    });
  }
  toastsLeave(document);
  $(".rail [aria-current]")?.scrollIntoView({ block: "nearest" });

  function say(words, tone) {
    const box = $(".toasts:not(.sample)");
    if (!box) return;
    const toast = document.createElement("div"), mark = document.createElement("span"), text = document.createElement("p");
    toast.className = `toast ${tone}`; mark.className = "toast-mark"; text.textContent = words;
    toast.append(mark, text); box.append(toast); toastsLeave(document);
  }
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    say(status === 403 ? "没有权限，或登录已过期，请刷新页面" : status === 404 ? "没有找到，可能已被移走，请刷新页面" : "没有取到内容，请稍后再试", "bad");
  });
  document.addEventListener("htmx:sendError", () => say("网络不通，请检查后再试", "bad"));
  // An empty condition does not belong into the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get" || !event.detail.parameters.entries) return;
    for (const [key, value] of [...event.detail.parameters.entries()]) if (value === "") event.detail.parameters.delete(key);
  });
  // What was typed and not sent leaves the tab with whoever signs out.
  document.addEventListener("submit", (event) => {
    if (!/\/account\/logout\/$/.test(event.target.action)) return;
    Object.keys(sessionStorage).filter((key) => key.startsWith("draft:")).forEach((key) => sessionStorage.removeItem(key));
  });
  // A button that has sent its form does not send it twice; a download leaves the page where it is.
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || !button || button.hasAttribute("data-export")) return;
    setTimeout(() => { button.setAttribute("aria-busy", "true"); button.classList.add("busy"); button.addEventListener("click", (again) => again.preventDefault(), { once: true }); });
    setTimeout(() => { button.removeAttribute("aria-busy"); button.classList.remove("busy"); }, 8000);
  });
  addEventListener("pageshow", () => $$(".busy[aria-busy]").forEach((one) => { if (one.closest("form")) { one.classList.remove("busy"); one.removeAttribute("aria-busy"); } }));
})();
