// Charts are drawn over tables that stand there already: what is drawn is what the table says, and it is read from there.
(() => {
  if (!window.echarts) return;
  const style = getComputedStyle(document.documentElement), color = (name) => style.getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;

  function read(sheet) {
    const rows = [...sheet.querySelectorAll("tbody tr")].filter((row) => row.querySelector("[data-value]"));
    if (sheet.dataset.chart === "line") rows.reverse(); // the newest stands first in the table
    const name = (row) => row.cells[0].firstChild.textContent.trim(), value = (row) => row.querySelector("[data-value]").dataset.value;
    return { names: rows.map(name), texts: rows.map((row) => row.querySelector("[data-value]").textContent.trim()), values: rows.map((row) => (value(row) === "" ? null : Number(value(row)))) };
  }
  function option(sheet, isPicture) {
    const { names, values, texts } = read(sheet), isBar = sheet.dataset.chart === "bar", label = { color: color("--ink-2"), fontFamily: font };
    const category = { type: "category", data: names, inverse: isBar, axisLabel: { ...label, interval: isBar ? 0 : "auto" }, axisTick: { show: false }, axisLine: { lineStyle: { color: color("--line-2") } } };
    const shown = values.filter((one) => one !== null), isNear = !isBar && Math.min(...shown) > 0;
    const amount = { type: "value", scale: isNear, axisLabel: label, splitLine: { lineStyle: { color: color("--line") } } };
    return {
      animation: false, aria: { enabled: false }, color: [color("--vermilion")], backgroundColor: isPicture ? color("--sheet") : "transparent", textStyle: { fontFamily: font },
      title: isPicture ? { text: sheet.dataset.title, subtext: sheet.dataset.note, left: 20, top: 14, textStyle: { fontFamily: font, fontSize: 20, color: color("--ink") }, subtextStyle: { fontFamily: font, fontSize: 13, color: color("--ink-2"), width: 900, overflow: "break" } } : undefined,
      grid: { left: 12, right: 20, top: isPicture ? 110 : 20, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", formatter: ([one]) => `${one.name}\n${texts[one.dataIndex]} ${sheet.dataset.unit}` },
      xAxis: isBar ? amount : category, yAxis: isBar ? category : amount,
      series: [{ type: isBar ? "bar" : "line", data: values, barMaxWidth: 28, symbolSize: 6, label: { show: isPicture, position: isBar ? "right" : "top", formatter: (one) => texts[one.dataIndex], color: color("--ink-2"), fontFamily: font }, itemStyle: isBar ? { color: color("--jade") } : undefined }],
    };
  }
  function picture(sheet) {
    const away = document.createElement("div");
    away.className = "chart-away";
    document.body.append(away);
    const chart = echarts.init(away);
    chart.setOption(option(sheet, true));
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2 });
    link.download = `${sheet.dataset.title}.png`;
    link.click();
    chart.dispose();
    away.remove();
  }
  function draw(sheet) {
    const table = sheet.querySelector(".table-wrap");
    sheet.dataset.drawn = "";
    if (!table || read(sheet).names.length < 2) return;
    const button = sheet.querySelector("[data-picture]");
    if (button) { button.hidden = false; button.addEventListener("click", () => picture(sheet)); }
    if ("pictureOnly" in sheet.dataset) return; // its bars stand in the table already
    const box = document.createElement("div");
    box.className = "chart-box";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `${sheet.dataset.title}图，各数见下面的表`);
    table.before(box);
    const chart = echarts.init(box);
    chart.setOption(option(sheet, false));
    addEventListener("resize", () => chart.resize());
  }
  const all = () => document.querySelectorAll("[data-chart]:not([data-drawn])").forEach(draw);
  all();
  document.addEventListener("htmx:afterSettle", all); // a figure's months come after its page
})();
