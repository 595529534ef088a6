/* What every page does in the browser. No inline handlers: the content security policy forbids them. */
'use strict';

const Console = {
  /** Remembers a choice of this browser, such as the theme, and shows the page with it. */
  set(name, value) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=strict`;
    location.replace(location.href); // a reload would send a refused sign-in again
  },

  /** Whether anybody can see the page: polls ask before they go. */
  seen() {
    return !document.hidden;
  },

  /** Nobody is in the middle of something that a redrawn table would disturb. */
  idle() {
    return Console.seen() && ![...document.querySelectorAll('.ui-dialog')].some((dialog) => getComputedStyle(dialog).display !== 'none');
  },

  text(name) {
    return document.getElementById('texts').dataset[name];
  },

  note(severity, summary) {
    PrimeFaces.cw && window.PF && PrimeFaces.widgets.notices
      ? PF('notices').renderMessage({ severity, summary, detail: '' })
      : alert(summary);
  },

  notAllowed() { Console.note('error', Console.text('notAllowed')); },
  /** A request of the page's forms got no answer of ours: what was typed stays, and can be sent again. */
  unanswered(status) { Console.note('error', status === 0 ? Console.text('offline') : Console.text('unanswered').replace('{0}', status)); },
  broken() { Console.note('error', Console.text('broken')); },

  /** The address of a path of Sidecar's, which may be deployed below the root of its host. */
  url(path) {
    return document.body.dataset.root + path;
  },

  locale() {
    return document.documentElement.lang;
  },

  number(value) {
    return value == null ? '–' : new Intl.NumberFormat(Console.locale()).format(value);
  },

  usd(value) {
    if (value == null) return '–';
    const zeros = value > 0 && value < 1 ? Math.max(0, -Math.floor(Math.log10(value)) - 1) : 0;
    return '$' + new Intl.NumberFormat(Console.locale(), { minimumFractionDigits: 2, maximumFractionDigits: value >= 1 ? 2 : Math.min(6, zeros + 3) }).format(value);
  },

  /** The radius of a point in a chart: a lone value has no line to be seen by. */
  alone({ raw, dataset, dataIndex }) {
    return raw != null && (dataset.data[dataIndex - 1] ?? null) === null && (dataset.data[dataIndex + 1] ?? null) === null ? 3 : 0;
  },

  /** Milliseconds in the unit that people use for so many. */
  millis(value) {
    if (value == null) return '–';
    if (value < 1000) return `${Math.round(value)} ms`;
    if (value < 60000) return `${+(value / 1000).toFixed(value < 10000 ? 2 : 1)} s`;
    const s = Math.floor(value / 1000);
    return s < 3600 && s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : Console.duration(s);
  },

  /** Seconds as people say them: 42 s, 3 min, 5 h 10 min, 2 d 3 h. */
  duration(seconds) {
    const s = Math.max(0, Math.round(seconds));
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min` + (s < 600 && s % 60 ? ` ${s % 60} s` : '');
    if (s < 86400) return `${Math.floor(s / 3600)} h` + (s % 3600 >= 60 ? ` ${Math.floor(s % 3600 / 60)} min` : '');
    return `${Math.floor(s / 86400)} d` + (s % 86400 >= 3600 ? ` ${Math.floor(s % 86400 / 3600)} h` : '');
  },

  /** Hours and minutes in UTC, as everywhere in Sidecar, with more before them when asked for. */
  clock(moment, more = {}) {
    return new Date(moment).toLocaleString(Console.locale(), { ...more, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
  },

  colour(name) {
    return getComputedStyle(document.body).getPropertyValue(name).trim();
  },
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.set) {
    Console.set(button.dataset.set, button.dataset.to);
  } else if ('menu' in button.dataset) {
    const open = document.body.classList.toggle('menu-open');
    button.setAttribute('aria-expanded', open);
  } else if (button.dataset.copy) {
    const source = document.getElementById(button.dataset.copy);
    Console.copy(source.textContent).then(() => {
      button.classList.add('copied');
      button.setAttribute('aria-label', Console.text('copied'));
      setTimeout(() => button.classList.remove('copied'), 1500);
    });
  }
});

/** The clipboard is there on https and localhost only; elsewhere the old way. */
Console.copy = async (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text);
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'off-screen';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};

/** The dialog on top, with something in it that its server has not seen. */
Console.unsaved = () => {
  const shown = [...document.querySelectorAll('.ui-dialog')].filter((dialog) => getComputedStyle(dialog).display !== 'none');
  const typed = (input) => (input.type === 'checkbox' || input.type === 'radio' ? input.checked !== input.defaultChecked : input.value !== input.defaultValue);
  return shown.length > 0 && [...shown[shown.length - 1].querySelectorAll('input:not([type=hidden], [type=file], [type=search]), textarea, [data-unsaved]')].some((input) => 'unsaved' in input.dataset || typed(input));
};

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  document.body.classList.remove('menu-open');
  if (Console.unsaved() && !confirm(Console.text('discard'))) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}, true);

/** The button or link that was pressed last: it may be asleep, and the focus elsewhere, when the dialog that it asked for comes. */
document.addEventListener('click', (event) => {
  Console.pressed = event.target.closest('button[id], a[id]') || Console.pressed;
}, true);

/** Who has opened a dialog gets the focus back, also when it was drawn anew meanwhile. PrimeFaces would give it to whatever had it. */
Console.returnFocus = (widget) => {
  const { show } = widget.prototype;
  widget.prototype.show = function (...all) {
    if (!this.isVisible()) this.openedFrom = Console.pressed?.id;
    return show.apply(this, all);
  };
  widget.prototype.returnFocus = function () {
    if ([...document.querySelectorAll('.ui-dialog')].some((dialog) => getComputedStyle(dialog).display !== 'none')) return;
    setTimeout(() => {
      const back = document.getElementById(this.openedFrom);
      (back?.offsetParent ? back : document.getElementById('main')).focus();
    });
  };
};

document.addEventListener('DOMContentLoaded', () => {
  if (window.PrimeFaces?.widget?.Dialog) Console.returnFocus(PrimeFaces.widget.Dialog);
  if (window.jQuery) {
    // PrimeFaces 15 leaves the button asleep when its request failed: that one is over too
    jQuery(document).on('pfAjaxError', (event, request, settings) => {
      Console.unanswered(request.status);
      setTimeout(() => jQuery(document).trigger('pfAjaxComplete', [request, settings, {}]));
    });
  }
  // charts take their colours from the theme
  if (window.Chart) {
    Chart.defaults.color = Console.colour('--text-color-secondary');
    Chart.defaults.borderColor = Console.colour('--surface-border');
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.maintainAspectRatio = false;
    Chart.defaults.animation = false;
  }
});
