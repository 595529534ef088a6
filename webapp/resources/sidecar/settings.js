/* The search box of the Settings page: hides what does not hold the words. */
'use strict';

const SettingSearch = {
  apply() {
    const words = document.getElementById('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = false;
    document.querySelectorAll('.settings').forEach((section) => {
      let any = false;
      section.querySelectorAll('.setting').forEach((row) => {
        const text = `${row.dataset.key} ${section.querySelector('h2').textContent} ${row.textContent}`.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        any = any || !row.hidden;
      });
      section.hidden = !any;
      found = found || any;
    });
    document.getElementById('nothing').hidden = found;
  },
};

document.addEventListener('DOMContentLoaded', () => {
  const search = document.getElementById('search');
  search.addEventListener('input', SettingSearch.apply);
  Console.restoreSearch(search, SettingSearch.apply);
  // a saved value redraws the list
  $(document).on('pfAjaxComplete', SettingSearch.apply);
});
