/*
 * What of a page cannot be read because of where it lies. Returns a list of sentences; empty when there is nothing.
 * Looked at are lines of text as they are painted: none may lie over another, end without "…" and a title, or lie beyond the
 * right edge. While a dialog is open only that counts; it must fit into the window, and what of it one must scroll to is looked at too.
 */
const faults = [];
const EDGE = 1; // fractions of a pixel come from zooming and fonts
const SLACK = 4; // a line's box is higher than its letters
const dialogs = [...document.querySelectorAll('.ui-dialog')].filter((d) => getComputedStyle(d).display !== 'none');
const root = dialogs.length ? dialogs[dialogs.length - 1] : document.body;
const said = (text) => `"${text.trim().replace(/\s+/g, ' ').slice(0, 60)}"`;
const where = (e) => `${e.tagName.toLowerCase()}${e.id ? '#' + e.id : ''}${e.className && e.className.trim ? '.' + e.className.trim().split(/\s+/).slice(0, 3).join('.') : ''}`;
const ignored = '.ui-helper-hidden-accessible, .off-screen, .skip, script, style, noscript, option, [hidden], .ui-growl, .ui-tooltip';

/** The part of a box that is painted, whether it moves with its surroundings, and who hides the rest of it. */
function painted(element, box) {
  let { left, top, right, bottom } = box;
  let cutBy = null;
  let scrolls = false;
  let floats = false;
  let escapes = false;
  for (let e = element; e && e !== document.documentElement; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.visibility === 'hidden' || style.display === 'none' || style.opacity === '0') return null;
    floats = floats || (!e.contains(root) && (style.position === 'sticky' || style.position === 'fixed'));
    // what is placed by an ancestor is clipped by that one, and by none between
    if (escapes && style.position === 'static') continue;
    escapes = style.position === 'absolute';
    const outer = e.getBoundingClientRect();
    const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
    if ((hides(style.overflowX) && right > outer.right + EDGE) || (hides(style.overflowY) && bottom > outer.bottom + SLACK)) {
      cutBy = cutBy || e;
    }
    if (style.overflowX !== 'visible') {
      left = Math.max(left, outer.left);
      right = Math.min(right, outer.right);
      scrolls = scrolls || style.overflowX === 'auto' || style.overflowX === 'scroll';
    }
    if (style.overflowY !== 'visible') {
      top = Math.max(top, outer.top);
      bottom = Math.min(bottom, outer.bottom);
    }
  }
  return right - left > EDGE && bottom - top > EDGE ? { left, top, right, bottom, scrolls, floats, cutBy } : cutBy && { cutBy, right: 0 };
}

/** Whether what is cut off ends with "…", and is told whole by a title at the place. */
function told(cutBy, element) {
  const style = getComputedStyle(cutBy);
  const ellipsis = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
  const titled = element.closest('[title]:not([title=""])');
  return ellipsis && titled !== null && (cutBy.contains(titled) || titled === cutBy || cutBy.parentElement === titled);
}

/** The lines of text that are seen just now, and what is cut off. */
function read() {
  const lines = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest(ignored)) continue;
    // what is folded away has a place, but nobody sees it
    const folded = element.closest('details:not([open])');
    if (folded && !element.closest('summary')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const seen = painted(element, box);
      // further to the left than the page begins is where icons' names are
      if (seen && seen.right > 0) lines.push({ ...seen, element, text: node.data });
      if (seen && seen.cutBy && !told(seen.cutBy, element)) {
        faults.push(`cut off without ellipsis and title: ${said(node.data)} in ${where(element)}`);
      }
    }
  }

  return lines;
}

const width = document.documentElement.clientWidth;

function judge(lines) {
  for (const line of lines) {
    if (line.right > width + EDGE) faults.push(`${Math.round(line.right - width)} px beyond the right edge: ${said(line.text)} in ${where(line.element)}`);
  }
  lines.sort((a, b) => a.top - b.top);
  for (let i = 0; i < lines.length; i++) {
    const a = lines[i];
    for (let j = i + 1; j < lines.length && lines[j].top < a.bottom - 2; j++) {
      const b = lines[j];
      if (a.element === b.element || a.floats !== b.floats) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      // lines of one font lie closer than their boxes are high
      if (across > 2 && down > 4) faults.push(`${said(a.text)} in ${where(a.element)} lies over ${said(b.text)} in ${where(b.element)}`);
    }
  }
}

const body = dialogs.length ? root.querySelector('.ui-dialog-content') : null;
let top = 0;
do {
  if (body) body.scrollTop = top;
  judge(read());
  top += body ? Math.max(60, body.clientHeight - 60) : 0;
} while (body && top < body.scrollHeight);
if (body) body.scrollTop = 0;

if (document.documentElement.scrollWidth > width + EDGE) {
  faults.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} px of content in ${width}`);
}
document.querySelectorAll('.ui-datatable-tablewrapper, main, .card, .ui-dialog-content, .scroll').forEach((box) => {
  if (root.contains(box) && box.clientWidth > 0 && box.scrollWidth > box.clientWidth + EDGE) {
    faults.push(`${box.scrollWidth - box.clientWidth} px of ${where(box)} lie beyond its right edge`);
  }
});
if (dialogs.length) {
  const { left, top: above, right, bottom } = root.getBoundingClientRect();
  const high = document.documentElement.clientHeight;
  if (left < -EDGE || above < -EDGE || right > width + EDGE || bottom > high + EDGE) {
    faults.push(`the dialog ${where(root)} does not fit into the window: ${[left, above, right, bottom].map(Math.round)} in ${width} x ${high}`);
  }
}
return [...new Set(faults)].slice(0, 20);
