/* What the providers page does in the browser. */
'use strict';

const Providers = {
  /** Cooldowns count down between two looks at the server. */
  tick() {
    for (const element of document.querySelectorAll('[data-until]')) {
      element.textContent = Console.duration((Date.parse(element.dataset.until) - Date.now()) / 1000);
    }
  },

  /** The price of a million as that of one, exactly: the point moves six places. */
  perToken(typed) {
    const found = /^\s*\+?(\d{0,20})(?:\.(\d{0,40}))?\s*$/.exec(typed);
    if (!found || !(found[1] || found[2])) return '';
    const digits = (found[1] || '').padStart(7, '0') + (found[2] || '');
    const point = Math.max((found[1] || '').length, 7) - 6;
    const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '');
    const rest = digits.slice(point).replace(/0+$/, '');
    return rest ? `${whole}.${rest}` : whole;
  },

  showPrice(input) {
    const price = Providers.perToken(input.value);
    input.closest('td').querySelector('.per-token').textContent = price ? `$${price} ${input.dataset.million}` : '';
  },

  /** What is looked for stands in the address: to come back to, to be kept and sent around. */
  address(query) {
    history.replaceState(history.state, '', location.pathname + query);
  },

  advanced: false,

  /** What a redrawn piece does not know by itself. */
  redrawn() {
    document.querySelectorAll('[data-million]').forEach(Providers.showPrice);
    document.querySelectorAll('details.advanced').forEach((part) => {
      part.open = Providers.advanced || part.querySelector('.refused, .ui-message-error') !== null;
    });
    Providers.tick();
  },

  /** Presses a button as soon as PrimeFaces has taken it up: before, it would post the page as a whole. */
  press(id) {
    const button = document.getElementById(id);
    if (button && !button.form.elements[PrimeFaces.csp.NONCE_INPUT]) {
      setTimeout(Providers.press, 50, id);
    } else if (button) {
      button.click();
    }
  },

  /** More would not fit into one post of a form; the API takes longer ones. */
  MOST: 1800000,

  async read(input, file) {
    const text = await file.text();
    if (encodeURIComponent(text).length > Providers.MOST) {
      Console.note('error', input.dataset.tooLong);
    } else {
      const into = document.getElementById(input.dataset.into);
      into.value = text;
      Console.edit(into);
    }
    input.value = '';
  },
};

document.addEventListener('input', (event) => {
  if (event.target.dataset.million !== undefined) {
    Providers.showPrice(event.target);
  } else if (event.target.dataset.narrow) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const item of document.querySelectorAll(`[data-list=${event.target.dataset.narrow}] li`)) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
  }
});

/** Enter in a search would press the form's first button, whatever that does. */
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.type === 'search') {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

document.addEventListener('toggle', (event) => {
  if (event.target.matches('details.advanced')) Providers.advanced = event.target.open;
}, true);

document.addEventListener('change', (event) => {
  if (event.target.dataset.into && event.target.files.length) {
    Providers.read(event.target, event.target.files[0]);
  }
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-tick]');
  if (!button) return;
  const boxes = [...document.querySelectorAll(`[data-list=${button.dataset.tick}] li:not([hidden]) input:enabled`)];
  const all = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !all; });
});

/** A file dropped on the text is read into it. */
document.addEventListener('dragover', (event) => {
  if (event.target.id === 'import:text') event.preventDefault();
});
document.addEventListener('drop', (event) => {
  const file = event.target.id === 'import:text' && event.dataTransfer.files[0];
  if (file) {
    event.preventDefault();
    Providers.read(document.querySelector('[data-into="import:text"]'), file);
  }
});

window.addEventListener('load', () => {
  setInterval(Providers.tick, 1000);
  Providers.tick();
  $(document).on('pfAjaxComplete', Providers.redrawn);
  // the dashboard's first steps lead to ?import and ?add
  const wish = ['import', 'add'].find((name) => new URLSearchParams(location.search).has(name));
  if (wish) {
    history.replaceState(null, '', location.pathname);
    Providers.press(`head:${wish}`);
  }
});
