/* Counts cooldowns down, by the server's clock; when one is over, the page looks anew. */
'use strict';

const Countdown = {
  /** How far the server's clock is ahead of this one, in milliseconds. */
  ahead() {
    return Number(document.getElementById('server-clock').dataset.ahead);
  },

  begin() {
    const clock = document.getElementById('server-clock');
    clock.dataset.ahead = Number(clock.dataset.now) - Date.now();
    Countdown.tick();
  },

  tick() {
    document.querySelectorAll('[data-until]').forEach((cell) => {
      const left = (Number(cell.dataset.until) - Date.now() - Countdown.ahead()) / 1000;
      cell.textContent = Console.duration(left);
      if (left <= 0 && !cell.dataset.over) {
        cell.dataset.over = 'yes';
        setTimeout(lookAnew, 300);
      }
    });
  },
};

document.addEventListener('DOMContentLoaded', () => {
  Countdown.begin();
  setInterval(Countdown.tick, 1000);
  $(document).on('pfAjaxComplete', Countdown.tick);
});
