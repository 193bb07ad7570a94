// The part of a QR's address after # reaches no server by itself: it is sent and checked before any verdict is shown.
"use strict";
(() => {
  const plain = (text) => { try { return decodeURIComponent(text); } catch { return text; } }; // a broken one is checked as it stands
  const signed = () => { const text = plain(location.hash.slice(1)); return text === "main" ? "" : text; };
  addEventListener("hashchange", () => { if (signed()) location.reload(); });
  if (!signed()) return;
  const page = document.documentElement;
  page.classList.add("unchecked");

  async function check() {
    const form = document.querySelector("[data-signature]");
    if (!form) return page.classList.remove("unchecked"); // there is no verdict
    form.elements.text.value = signed();
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-check]");
      if (!found) throw new Error(String(answer.status));
      document.querySelector("[data-check]").replaceWith(found);
      page.classList.remove("unchecked");
    } catch {
      document.querySelector("[data-checking]").textContent = "二维码里的签名没有核对成：网络不通或浏览器拦下了请求。请刷新再试，核对成之前请勿采信。";
    }
  }
  document.addEventListener("DOMContentLoaded", check);
})();
