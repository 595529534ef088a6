/* Sends the page's sample request from the browser, to see that a client would be answered; keeps open recipes open. */
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

// what an answer says, by the path that was asked; reasoning is left out
const answerText = {
  '/chat/completions': (body) => body.choices?.[0]?.message?.content,
  '/messages': (body) => body.content?.filter((block) => block.type === 'text').map((block) => block.text).join(''),
  '/responses': (body) => body.output?.flatMap((item) => item.content ?? []).filter((part) => part.type === 'output_text').map((part) => part.text).join(''),
};

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
    const answer = await fetch(Console.url('/v1' + button.dataset.path), {
      method: 'POST',
      credentials: 'omit',
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: 'Bearer ' + token.value.trim() } : {}) },
      body: button.dataset.body,
    });
    // what stands between may refuse in another form than JSON
    const body = await answer.json().catch(() => ({}));
    const ok = answer.ok;
    show.className = ok ? 'good' : 'bad';
    show.textContent = ok
      ? say('answered', answer.headers.get('X-Sidecar-Provider'), Math.round(performance.now() - began), answerText[button.dataset.path](body) ?? '')
      : say('refused', answer.status, body.error?.message ?? '');
  } catch (error) {
    show.className = 'bad';
    show.textContent = say('refused', '–', error.message);
  } finally {
    button.disabled = false;
  }
});
