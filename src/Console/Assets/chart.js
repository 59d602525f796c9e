// Draws money in by day where the page has its figures. The table below it says the same without this.
const MS = 1000;
const HALF_A_DAY = 12 * 60 * 60;
const HEIGHT = 220;
const language = document.documentElement.lang;

for (const place of document.querySelectorAll('[data-chart]')) {
  if (typeof uPlot === 'undefined') break;
  const { currency, decimals, days, minor } = JSON.parse(place.dataset.chart);
  const unit = 10 ** decimals;
  const full = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const short = new Intl.NumberFormat(language, { notation: 'compact' });
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  const data = [days.map((each) => Date.parse(`${each}T00:00:00Z`) / MS), minor.map((each) => each / unit)];
  const tellToday = (chart) => chart.setLegend({ idx: days.length - 1 }, false);
  const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();
  let plot;

  const draw = () => {
    plot?.destroy();
    const axis = { stroke: colour('--quiet'), font: '12px system-ui, sans-serif', grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    plot = new uPlot({
      width: place.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * MS), 'Etc/UTC'),
      scales: { x: { range: (_, first, last) => [first - HALF_A_DAY, last + HALF_A_DAY] }, y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.1] } },
      legend: { live: true },
      cursor: { y: false, points: { show: false } },
      // Without a pointer on a day, the legend shows today's figure.
      hooks: { ready: [tellToday], setCursor: [(chart) => chart.cursor.idx == null && tellToday(chart)] },
      axes: [
        { ...axis, grid: { show: false }, size: 32, values: (_, times) => times.map((time) => day.format(new Date(time * MS))) },
        { ...axis, size: 56, values: (_, sums) => sums.map((sum) => short.format(sum)) },
      ],
      series: [
        { label: place.dataset.day, value: (_, time) => (time == null ? '–' : weekday.format(new Date(time * MS))) },
        {
          label: currency,
          fill: colour('--accent'),
          stroke: colour('--accent'),
          width: 0,
          paths: uPlot.paths.bars({ size: [0.7, 40], radius: 0.15 }),
          points: { show: false },
          value: (_, sum) => (sum == null ? '–' : full.format(sum)),
        },
      ],
    }, data, place);
  };

  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
}
