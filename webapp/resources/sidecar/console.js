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
    return Console.seen() && Console.dialogs().length === 0;
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

  /** A number with a unit of time, in the page's language. */
  in(number, unit) {
    return `${number} ${Console.text('time' + unit)}`;
  },

  /** Milliseconds in the unit that people use for so many. */
  millis(value) {
    if (value == null) return '–';
    if (value < 1000) return Console.in(Math.round(value), 'Ms');
    if (value < 60000) return Console.in(+(value / 1000).toFixed(value < 10000 ? 2 : 1), 'S');
    const s = Math.floor(value / 1000);
    return s < 3600 && s % 60 ? `${Console.in(Math.floor(s / 60), 'Min')} ${Console.in(s % 60, 'S')}` : Console.duration(s);
  },

  /** Seconds as people say them: 42 s, 3 min, 5 h 10 min, 2 d 3 h. */
  duration(seconds) {
    const s = Math.max(0, Math.round(seconds));
    const two = (large, unit, small, next) => Console.in(Math.floor(large), unit) + (small >= 1 ? ` ${Console.in(Math.floor(small), next)}` : '');
    if (s < 60) return Console.in(s, 'S');
    if (s < 3600) return two(s / 60, 'Min', s < 600 ? s % 60 : 0, 'S');
    return s < 86400 ? two(s / 3600, 'H', s % 3600 / 60, 'Min') : two(s / 86400, 'D', s % 86400 / 3600, 'H');
  },

  /** Hours and minutes in UTC, as everywhere in Sidecar, with more before them when asked for. */
  clock(moment, more = {}) {
    return new Date(moment).toLocaleString(Console.locale(), { ...more, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
  },

  /** Says in words what a chart draws: of each series its last value and its largest, and when that was. */
  describe(canvas, labels, sets, write) {
    const title = canvas.closest('section')?.querySelector('h2')?.textContent.trim() ?? '';
    const said = sets.map(({ label, data }) => {
      const last = data.findLastIndex((value) => value != null);
      const max = data.reduce((best, value, i) => (value != null && (best < 0 || value > data[best]) ? i : best), -1);
      return last < 0 ? '' : [label, write(data[last]), labels[last], write(data[max]), labels[max]].reduce((text, value, i) => text.replace(`{${i}}`, () => value), Console.text('series'));
    }).filter(Boolean);
    canvas.setAttribute('aria-label', [title, ...said].join('. '));
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

/** All dialogs that are shown, the one on top last. */
Console.dialogs = () => [...document.querySelectorAll('.ui-dialog')]
  .filter((dialog) => getComputedStyle(dialog).display !== 'none')
  .sort((one, other) => one.style.zIndex - other.style.zIndex);

/** Marks the dialog of a field or button as edited, from then until it is opened again: what is in it may be drawn anew meanwhile. */
Console.edit = (element) => {
  const dialog = element.closest('.ui-dialog');
  if (dialog) dialog.dataset.edited = '';
};

/** Whether the dialog on top was edited, and not saved since. */
Console.unsaved = () => {
  const dialog = Console.dialogs().pop();
  return dialog !== undefined && 'edited' in dialog.dataset && !dialog.querySelector('[data-saved]');
};

/** Loads this page anew, since the server knows it no more: it was restarted, or is another one now. The page says so then. */
Console.reload = () => Console.leave(`${location.pathname}${location.search}#reloaded`);

/** As soon as there is a place to say it: PrimeFaces' widgets may come after the page has loaded. */
Console.sayReloaded = () => {
  if (!window.PrimeFaces?.widgets?.notices) {
    setTimeout(Console.sayReloaded, 50);
    return;
  }
  history.replaceState(history.state, '', location.pathname + location.search);
  Console.note('info', Console.text('reloaded'));
};

/** Goes to another page, since this one is over; but first what was typed in it can be copied. */
Console.leave = (url) => {
  const dialog = Console.dialogs().pop();
  const to = new URL(url, location.href);
  const go = () => {
    if (to.pathname !== location.pathname || to.search !== location.search) {
      location.assign(to);
      return;
    }
    // an address that differs in its fragment only is not loaded anew by going to it
    history.replaceState(null, '', to);
    location.reload();
  };
  if (!Console.unsaved()) {
    go();
  } else if (!dialog.querySelector('.over')) {
    const notice = document.createElement('div');
    notice.className = 'notice over';
    notice.setAttribute('role', 'alert');
    const link = document.createElement('a');
    link.href = url;
    link.textContent = Console.text('onward');
    link.addEventListener('click', (event) => { event.preventDefault(); go(); });
    notice.append(Console.text('over'), ' ', link);
    dialog.querySelector('.ui-dialog-content').prepend(notice);
    link.focus();
  }
};

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  document.body.classList.remove('menu-open');
  // a list that is open is what closes
  if (!event.target.closest('.ui-dialog [aria-expanded=true]')) Console.keep(event);
}, true);

/** Stops an event that would close the dialog on top, if its user wants to keep what was typed. */
Console.keep = (event) => {
  if (Console.unsaved() && !confirm(Console.text('discard'))) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }
};

document.addEventListener('click', (event) => {
  if (event.target.closest('.ui-dialog-titlebar-close')) Console.keep(event);
  // no field tells of what these change
  const change = event.target.closest('[data-edits]');
  if (change) Console.edit(change);
}, true);

/** What is looked for in a list stands in the address, as ?q=: to come back to, to be kept and sent around. */
Console.restoreSearch = (input, search) => {
  const words = new URLSearchParams(location.search).get('q');
  if (words && !input.value) {
    input.value = words;
    search();
  }
};

document.addEventListener('input', ({ target }) => {
  if ('filter' in target.dataset) Console.filter(target.dataset.filter);
  if (!('search' in target.dataset)) return;
  const address = new URL(location.href);
  if (target.value.trim()) address.searchParams.set('q', target.value.trim());
  else address.searchParams.delete('q');
  history.replaceState(history.state, '', address);
});

/** Filters a table of PrimeFaces', as soon as its widget is there: that may be after the page has loaded. */
Console.filter = (table) => {
  if (PrimeFaces.widgets[table]) PF(table).filter();
  else setTimeout(Console.filter, 50, table);
};

/** Of tables that PrimeFaces filters; one that was drawn anew has forgotten what was looked for. */
Console.restoreFilters = () => document.querySelectorAll('input[data-filter]').forEach((input) => {
  if (document.activeElement !== input) Console.restoreSearch(input, () => Console.filter(input.dataset.filter));
});

window.addEventListener('load', () => {
  Console.restoreFilters();
  if (location.hash === '#reloaded' && document.getElementById('texts')) Console.sayReloaded();
  // pages that say what went wrong have none
  if (window.jQuery) jQuery(document).on('pfAjaxComplete', Console.restoreFilters);
});

/** The button or link that was pressed last: it may be asleep, and the focus elsewhere, when the dialog that it asked for comes. */
document.addEventListener('click', (event) => {
  Console.pressed = event.target.closest('button[id], a[id]') || Console.pressed;
}, true);

/** Who has opened a dialog gets the focus back, also when it was drawn anew meanwhile. PrimeFaces would give it to whatever had it. */
Console.returnFocus = (widget) => {
  const { show } = widget.prototype;
  widget.prototype.show = function (...all) {
    if (!this.isVisible()) {
      this.openedFrom = Console.pressed?.id;
      delete this.jq[0].dataset.edited;
    }
    // long names are cut off there
    this.jq.find('.ui-dialog-title, .ui-chips-token-label').each((_, text) => { text.title = text.textContent; });
    return show.apply(this, all);
  };
  widget.prototype.returnFocus = function () {
    const back = (again) => {
      const opener = document.getElementById(this.openedFrom);
      const target = opener?.offsetParent ? opener : document.getElementById('main');
      const there = document.activeElement;
      // somebody who has gone on meanwhile stays there; from a button that falls asleep the focus goes to its cell, or to the page
      if (Console.dialogs().length > 0 || (again && there?.offsetParent && !there.contains(target))) return;
      // PrimeFaces keeps a button asleep for half a second, and it takes no focus until then
      if (target.disabled) setTimeout(back, 50, true);
      else target.focus();
    };
    setTimeout(back);
  };
};

/** Chips change without an event when one is pasted, or removed. */
Console.watchChips = ({ prototype }) => ['addItem', 'removeItem'].forEach((name) => {
  const act = prototype[name];
  prototype[name] = function (chip, ...more) {
    // an empty field that is left adds nothing
    if (typeof chip !== 'string' || chip.trim()) Console.edit(this.jq[0]);
    return act.call(this, chip, ...more);
  };
});

/** What is written in all charts and their lines, also of charts that are there already. */
Console.colourCharts = (text, lines) => {
  Chart.defaults.color = text;
  Chart.defaults.borderColor = lines;
  Object.values(Chart.instances).forEach((chart) => {
    chart.options.color = text;
    // each axis has taken the defaults of its day
    Object.values(chart.options.scales ?? {}).forEach((axis) => {
      axis.ticks.color = text;
      axis.grid.color = lines;
    });
    chart.update('none');
  });
};

document.addEventListener('DOMContentLoaded', () => {
  if (window.PrimeFaces?.widget?.Dialog) Console.returnFocus(PrimeFaces.widget.Dialog);
  if (window.PrimeFaces?.widget?.Chips) Console.watchChips(PrimeFaces.widget.Chips);
  // the only redirect that answers a page's form is the one to the sign-in
  if (window.PrimeFaces?.ajax) PrimeFaces.ajax.ResponseProcessor.doRedirect = (redirect) => Console.leave(redirect.getAttribute('url'));
  if (window.jQuery) {
    // PrimeFaces' own fields tell jQuery alone
    jQuery(document).on('input change', 'input:not([type=search], [type=file], [type=hidden]), textarea, select', ({ target }) => Console.edit(target));
    // PrimeFaces 15 leaves the button asleep when its request failed, or led away: that one is over too
    const awake = (request, settings) => setTimeout(() => jQuery(document).trigger('pfAjaxComplete', [request, settings, {}]));
    jQuery(document).on('pfAjaxError', (event, request, settings) => {
      Console.unanswered(request.status);
      awake(request, settings);
    });
    jQuery(document).on('pfAjaxComplete', (event, request, settings, args) => {
      if (args?.redirect) awake(request, settings);
    });
  }
  // charts take their colours from the theme
  if (window.Chart) {
    const asThemed = () => Console.colourCharts(Console.colour('--text-color-secondary'), Console.colour('--surface-border'));
    asThemed();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.maintainAspectRatio = false;
    Chart.defaults.animation = false;
    // no style sheet for paper reaches what is drawn
    window.addEventListener('beforeprint', () => Console.colourCharts('#000', '#bbb'));
    window.addEventListener('afterprint', asThemed);
  }
});
