#!/bin/sh
# Chromium and Chinese fonts for the browser tests: the distribution's where it can install, else Playwright's own.
have_browser() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || ls "${HOME}"/.cache/ms-playwright/chromium* >/dev/null 2>&1; }
have_fonts() { command -v fc-list >/dev/null 2>&1 && fc-list ':lang=zh' | grep -q .; }

if have_browser && have_fonts; then exit 0; fi
echo "==> 浏览器测试需要 Chromium 和中文字体，正在安装"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null 2>&1 && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq >/dev/null 2>&1
  have_fonts || $as_root apt-get install -y -qq fontconfig fonts-noto-cjk >/dev/null 2>&1
  have_browser || $as_root apt-get install -y -qq chromium >/dev/null 2>&1
fi
have_browser || .venv/bin/python -m playwright install chromium >/dev/null 2>&1
have_browser || echo "==> 没有装上 Chromium：浏览器测试将跳过。请手工安装：apt-get install chromium"
have_fonts || echo "==> 没有装上中文字体：截图中的汉字会是方框。请手工安装：apt-get install fonts-noto-cjk"
exit 0
