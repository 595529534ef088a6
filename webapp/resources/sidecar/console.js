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
  broken() { Console.note('error', Console.text('broken')); },

  locale() {
    return document.documentElement.lang;
  },

  number(value) {
    return value == null ? '–' : new Intl.NumberFormat(Console.locale()).format(value);
  },

  usd(value) {
    return value == null ? '–'
      : '$' + new Intl.NumberFormat(Console.locale(), { minimumFractionDigits: 2, maximumFractionDigits: 6 }).format(value);
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

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.body.classList.remove('menu-open');
});

/** Charts take their colours from the theme. */
document.addEventListener('DOMContentLoaded', () => {
  if (window.Chart) {
    Chart.defaults.color = Console.colour('--text-color-secondary');
    Chart.defaults.borderColor = Console.colour('--surface-border');
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.maintainAspectRatio = false;
    Chart.defaults.animation = false;
  }
});
