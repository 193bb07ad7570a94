// Signing in: the countdown until a code may be sent again, and words when a passkey did not work.
(() => {
  document.querySelectorAll("[data-countdown]").forEach((button) => {
    const words = button.textContent;
    let left = Number(button.dataset.countdown);
    const tick = () => {
      button.disabled = left > 0;
      button.textContent = left > 0 ? `${left} 秒后可重新发送` : words;
      if (left-- > 0) setTimeout(tick, 1000);
    };
    tick();
  });
  document.querySelectorAll(".code-input").forEach((input) => input.addEventListener("input", () => {
    input.value = input.value.normalize("NFKC").replace(/[^0-9a-zA-Z]/g, "");
  }));
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const box = document.querySelector("[data-passkey-trouble]");
    if (box) { box.hidden = false; box.focus(); }
  });
})();
