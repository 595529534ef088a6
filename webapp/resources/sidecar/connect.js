/* Sends the page's curl from the browser, to see that a client would be answered; keeps open recipes open. */
'use strict';

// another model brings the whole list anew, closed; whoever reads a recipe wants to go on reading it
const openRecipes = {};
document.addEventListener('toggle', (event) => {
  if (event.target.matches('.recipe')) openRecipes[event.target.id] = event.target.open;
}, true);
new MutationObserver(() => {
  document.querySelectorAll('.recipe').forEach((recipe) => {
    if (openRecipes[recipe.id] && !recipe.open) recipe.open = true;
  });
}).observe(document.getElementById('connect'), { childList: true, subtree: true });

document.addEventListener('click', async (event) => {
  const button = event.target.closest('#try');
  if (!button) return;
  const show = document.getElementById('try-answer');
  const say = (key, ...values) => button.dataset[key].replace(/\{(\d)\}/g, (_, n) => values[n]);
  const token = document.getElementById('try-token');
  button.disabled = true;
  show.className = 'muted';
  show.textContent = say('trying');
  const began = performance.now();
  try {
    const answer = await fetch(Console.url('/v1/chat/completions'), {
      method: 'POST',
      credentials: 'omit',
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: 'Bearer ' + token.value.trim() } : {}) },
      body: JSON.stringify({ model: button.dataset.model || 'your-model', messages: [{ role: 'user', content: 'Say hello in one word.' }] }),
    });
    const body = await answer.json();
    const ok = answer.ok;
    show.className = ok ? 'good' : 'bad';
    show.textContent = ok
      ? say('answered', answer.headers.get('X-Sidecar-Provider'), Math.round(performance.now() - began), body.choices?.[0]?.message?.content ?? '')
      : say('refused', answer.status, body.error?.message ?? '');
  } catch (error) {
    show.className = 'bad';
    show.textContent = say('refused', '–', error.message);
  } finally {
    button.disabled = false;
  }
});
