/* What the clients page does in the browser. */
'use strict';

const Clients = {
  /** What was shown once is not left behind in the page. */
  forget() {
    document.getElementById('token').textContent = '';
  },
};

/** The models that are served, for the field that PrimeFaces draws. */
document.addEventListener('focusin', (event) => {
  if (event.target.id === 'edit:models_input') event.target.setAttribute('list', 'known_models');
});
