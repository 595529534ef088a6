/* How charts look. Java says what is in them: labels (moments or days in UTC), datasets, and the unit (options.sidecarUnit). */
'use strict';

const Charts = {
  /** Told apart on their own ground, by people who see colours differently too; the first is the most used. */
  palettes: {
    dark: ['#5aa9ff', '#f2c14e', '#4fd1b5', '#f08bb4', '#b79cff', '#9ccc65', '#ff9e6d', '#7fd8ff'],
    light: ['#1f6fbf', '#b57a00', '#0c8b74', '#b83a75', '#6d4bc4', '#55821a', '#c2541b', '#1486a8'],
  },
  rest: { dark: '#6d8199', light: '#93a1b1' },

  theme() {
    return document.body.classList.contains('light') ? 'light' : 'dark';
  },

  colours() {
    return Charts.palettes[Charts.theme()];
  },

  /** Moments without what is the same everywhere: 11-25 08:00, 11-25. */
  moment(label) {
    return label.length > 10 ? `${label.slice(5, 10)} ${label.slice(11, 16)}` : label.slice(5);
  },

  written(value, unit) {
    if (value == null) return '–';
    if (unit === 'usd') return Console.usd(value);
    return unit === 'ms' ? Console.millis(value) : Console.number(value);
  },

  short(value, unit) {
    if (unit === 'ms') return Console.millis(value);
    const text = new Intl.NumberFormat(Console.locale(), { notation: 'compact', maximumFractionDigits: 2 });
    const small = new Intl.NumberFormat(Console.locale(), { maximumSignificantDigits: 2 });
    const number = Math.abs(value) < 1 ? small.format(value) : text.format(value);
    return unit === 'usd' ? `$${number}` : number;
  },

  paint(set, index, type) {
    const colour = set.sidecarOther ? Charts.rest[Charts.theme()] : Charts.colours()[index % Charts.colours().length];
    set.backgroundColor = colour;
    set.borderColor = colour;
    if ((set.type || type) === 'line') {
      Object.assign(set, { borderWidth: 2, pointRadius: Console.alone, pointHitRadius: 8, tension: 0, spanGaps: false, order: -1 });
    } else {
      Object.assign(set, { borderWidth: 0, borderRadius: 2, categoryPercentage: 0.9, barPercentage: 0.95, maxBarThickness: 42 });
    }
  },

  options(type, unit) {
    const stacked = type === 'bar';
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          stacked,
          grid: { display: false },
          ticks: { maxRotation: 0, autoSkipPadding: 16, callback(value) { return Charts.moment(this.getLabelForValue(value)); } },
        },
        y: { stacked, beginAtZero: true, border: { display: false }, ticks: { maxTicksLimit: 6, precision: unit === 'count' ? 0 : undefined, callback: (value) => Charts.short(value, unit) } },
      },
      plugins: {
        legend: { position: 'bottom', align: 'start', labels: { boxWidth: 10, boxHeight: 10, padding: 14 } },
        tooltip: {
          filter: (item) => item.raw != null && item.raw !== 0,
          itemSort: (a, b) => b.raw - a.raw,
          callbacks: {
            title: (items) => (items.length ? `${items[0].label.replace('T', ' ').replace(':00Z', '')} UTC` : ''),
            label: (item) => ` ${item.dataset.label}: ${Charts.written(item.raw, unit)}`,
          },
        },
      },
    };
  },
};

/** PrimeFaces calls this on a chart before it is drawn. */
function dressChart() {
  const config = this.cfg.config;
  const unit = config.options.sidecarUnit;
  config.data.datasets.forEach((set, index) => Charts.paint(set, index, config.type));
  config.options = Charts.options(config.type, unit);
  Console.describe(this.canvas[0], config.data.labels.map(Charts.moment), config.data.datasets, (value) => Charts.written(value, unit));
}
