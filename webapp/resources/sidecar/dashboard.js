/* The dashboard: one fetch of the last hour, then a snapshot each second; nothing is asked again, nothing is drawn that did not change. */
'use strict';

(() => {
  const texts = JSON.parse(document.getElementById('dashboard-texts').dataset.texts);
  const element = (id) => document.getElementById(id);
  const MINUTES = 60;
  let minutes = [];
  let snapshot = null;
  let charts = null;

  /** {0} and so on, as in the messages of the server. */
  const say = (key, ...values) => texts[key].replace(/\{(\d)\}/g, (_, n) => values[n]);

  const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  /** Of what may be too long for its place. */
  const setTitle = (node, text) => { if (node.title !== text) node.title = text; };

  // figures

  /** What is shown in short has the whole figure as its title. */
  function stat(key, value, more = '', { whole = '', wholeMore = more } = {}) {
    const card = element('stat-' + key);
    setText(card.querySelector('.value'), value);
    card.querySelector('.value').title = whole;
    setText(card.querySelector('.more'), more);
    card.querySelector('.more').title = wholeMore;
    return card;
  }

  function spark(key, values) {
    if (values.length < 2) return;
    const line = element('stat-' + key).querySelector('path');
    const top = Math.max(...values, 1e-9);
    // null is a gap; a lone value is a dot: the line ends where it began, with a round cap
    const steps = values.map((v, i) => (v === null ? '' : `${(values[i - 1] ?? null) === null ? 'M' : 'L'}${(i * 120 / (values.length - 1)).toFixed(1)},${(26 - v / top * 24).toFixed(1)}${(values[i - 1] ?? null) === null ? 'h0' : ''}`)).join('');
    if (line.getAttribute('d') !== steps) line.setAttribute('d', steps);
  }

  const percent = (part, whole) => whole === 0 ? '–'
    : new Intl.NumberFormat(Console.locale(), { style: 'percent', maximumFractionDigits: part === whole ? 0 : 1 }).format(Math.floor(1000 * part / whole) / 1000);

  function stats() {
    const hour = snapshot.last_hour;
    stat('rpm', Console.number(snapshot.last_minute.requests), say('last_minute'));
    stat('success', percent(hour.successes, hour.requests), hour.refused ? say('refused', Console.number(hour.refused)) : say('hour'));
    const total = snapshot.total;
    stat('tokens', compact(hour.total_tokens), say('total', compact(total.total_tokens)), { whole: Console.number(hour.total_tokens), wholeMore: say('total', Console.number(total.total_tokens)) });
    stat('cost', cost(hour.cost, hour.total_tokens), say('total', cost(total.total_cost, total.total_tokens)), { whole: unpriced(hour.cost, hour.total_tokens) ? texts.no_price_hint : wholeCost(hour.cost), wholeMore: unpriced(total.total_cost, total.total_tokens) ? texts.no_price_hint : say('total', wholeCost(total.total_cost)) });
    const queue = stat('queue', Console.number(snapshot.queue.depth), say('of', Console.number(snapshot.queue.max_depth)));
    queue.classList.toggle('attention', snapshot.queue.depth > 0);
    stat('inflight', Console.number(snapshot.in_flight), say('total', Console.number(snapshot.total.total_requests)));
    const enabled = snapshot.backends.filter((b) => b.enabled);
    const counts = new Map();
    enabled.forEach((b) => counts.set(stateOf(b), 1 + (counts.get(stateOf(b)) || 0)));
    const troubled = [...counts].filter(([state]) => state !== 'healthy').map(([state, n]) => `${n} ${texts[state] || state}`).join(' · ');
    const providers = stat('providers', `${Console.number(counts.get('healthy') || 0)} / ${Console.number(enabled.length)}`, troubled || say('healthy'));
    providers.classList.toggle('attention', counts.has('error') || counts.has('down'));
    stat('uptime', Console.duration(snapshot.uptime_seconds), say('since', Console.clock((snapshot.timestamp - snapshot.uptime_seconds) * 1000, { month: 'short', day: 'numeric' })));
    spark('rpm', minutes.map((m) => m.requests));
    spark('success', minutes.map((m) => m.requests ? m.successes / m.requests : null));
    spark('tokens', minutes.map((m) => m.total_tokens));
    spark('cost', minutes.map((m) => m.cost));
  }

  // LLM tokens that cost nothing have no price that is known
  const unpriced = (usd, tokens) => !(usd > 0) && tokens > 0;
  const cost = (usd, tokens) => (unpriced(usd, tokens) ? texts.no_price : Console.usd(usd));
  const wholeCost = (usd) => (usd == null ? '' : `$${new Intl.NumberFormat(Console.locale(), { maximumFractionDigits: 20 }).format(usd)}`);

  const compact = (value) => new Intl.NumberFormat(Console.locale(), { notation: value < 10000 ? 'standard' : 'compact', maximumFractionDigits: 1 }).format(value);

  // charts

  const colours = () => Object.fromEntries(['good', 'bad', 'warn', 'cool', 'quiet', 'line'].map((name) => [name, Console.colour('--' + name)]));

  function line(label, colour, dash) {
    return { label, data: [], borderColor: colour, backgroundColor: colour + '33', borderWidth: 1.5, pointRadius: Console.alone, pointHitRadius: 8, tension: 0, fill: !dash, borderDash: dash || [] };
  }

  function bars(label, colour) {
    return { label, data: [], backgroundColor: colour, stack: 'all', barPercentage: 1, categoryPercentage: 0.85 };
  }

  function chart(id, type, datasets, tick, { stacked = false, legend = true, least = 0, ticks = 4 } = {}) {
    return new Chart(element(id), {
      type,
      data: { labels: [], datasets },
      options: {
        interaction: { mode: 'index', intersect: false },
        plugins: { legend: { display: legend, position: 'bottom', labels: { boxWidth: 10, boxHeight: 10, filter: (item, { datasets }) => datasets[item.datasetIndex].data.length > 0 } }, tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${tick(item.parsed.y)}` } } },
        scales: {
          x: { stacked, grid: { display: false }, ticks: { maxTicksLimit: ticks, maxRotation: 0 } },
          y: { stacked, beginAtZero: true, suggestedMax: least, ticks: { maxTicksLimit: 5, callback: tick }, border: { display: false } },
        },
      },
    });
  }

  function makeCharts() {
    const c = colours();
    const whole = (v) => Number.isInteger(v) ? Console.number(v) : '';
    charts = {
      traffic: chart('chart-traffic', 'bar', [bars(texts.ok, c.good), bars(texts.failed, c.bad), bars(texts.refused_short, c.warn), { ...line(texts.capacity, c.quiet, [4, 4]), type: 'line', pointRadius: 0 }], whole, { stacked: true, ticks: 8 }),
      tokens: chart('chart-tokens', 'line', [line(texts.prompt, c.cool), line(texts.completion, c.good)], compact),
      cost: chart('chart-cost', 'line', [line('USD', c.warn)], (v) => Console.usd(v), { legend: false }),
      latency: chart('chart-latency', 'line', [line(texts.latency, c.cool), line(texts.ttft, c.good)], Console.millis, { least: 100 }),
      wait: chart('chart-wait', 'line', [line(texts.wait_mean, c.cool), line(texts.wait_most, c.warn)], Console.millis, { least: 1000 }),
      ring: new Chart(element('chart-ring'), {
        type: 'doughnut',
        data: { labels: [texts.window, texts.free], datasets: [{ data: [0, 1], backgroundColor: [c.cool, c.line], borderWidth: 0 }] },
        options: { cutout: '78%', plugins: { legend: { display: false } }, events: [] },
      }),
    };
  }

  function draw(chart, labels, ...series) {
    chart.data.labels = labels;
    series.forEach((data, i) => { chart.data.datasets[i].data = data; });
    chart.update('none');
    Console.describe(chart.canvas, labels, chart.data.datasets, chart.options.scales.y.ticks.callback);
  }

  let drawn = '';
  let capacityShown = null;

  /** Only when a minute's figures changed: an idle dashboard costs nothing. */
  function drawCharts() {
    const now = JSON.stringify([minutes[minutes.length - 1], snapshot.capacity.per_minute, minutes.length]);
    if (now === drawn) return;
    drawn = now;
    const labels = minutes.map((m) => Console.clock(m.minute));
    const of = (name) => minutes.map((m) => m[name]);
    /** Where nothing was, there is no mean, and the line has a gap. */
    const mean = (name, count) => minutes.map((m) => (m[count] > 0 ? m[name] : null));
    const limit = snapshot.capacity.per_minute;
    if (capacityShown === null) {
      // far above the traffic it would flatten that; a click on its name in the legend shows it
      capacityShown = limit > 0 && Math.max(...of('requests')) >= limit / 5;
      charts.traffic.setDatasetVisibility(3, capacityShown);
    }
    draw(charts.traffic, labels, of('successes'), of('failures'), of('refused'), limit ? minutes.map(() => limit) : []);
    draw(charts.tokens, labels, of('prompt_tokens'), of('completion_tokens'));
    draw(charts.cost, labels, of('cost'));
    draw(charts.latency, labels, mean('avg_latency_ms', 'successes'), mean('ttft_ms', 'successes').map((v) => v || null));
    draw(charts.wait, labels, mean('avg_queue_wait_ms', 'requests'), mean('max_queue_wait_ms', 'requests'));
  }

  let ringDrawn = '';

  /** Models that the same providers serve are told together. */
  const called = (one) => (one.model_count > 1 ? say('and_more', one.models[0], Console.number(one.model_count - 1)) : one.models[0]);

  /** How much of what a model has is taken, as people read it; nothing where there is no limit. */
  const taken = (one) => (one.per_minute ? `${Console.number(one.used)} / ${Console.number(one.per_minute)}` : one.providers ? say('no_limit') : '–');

  /** What stands in the way of a model's requests. */
  function obstacle(one) {
    if (!one.providers) return say('nobody');
    if (one.waiting) return say('waiting', Console.number(one.waiting));
    if (one.cooling) return say('some_cooling', Console.number(one.cooling), Console.number(one.providers));
    return one.per_minute ? say('fits', Console.number(one.free)) : '';
  }

  /** The model that is nearest to its limit, or for which somebody waits, and the next ones after it. */
  function ring() {
    const [first, ...others] = snapshot.capacity.models;
    const { per_minute: limit, used } = first || snapshot.capacity;
    setText(element('ring-used'), limit ? `${Math.round(100 * used / limit)} %` : Console.number(used));
    setText(element('ring-of'), first ? taken(first) : '');
    setText(element('ring-model'), first ? called(first) : '');
    element('ring-model').title = first ? first.models.join('\n') : '';
    setText(element('ring-hint'), first ? obstacle(first) : '');
    const list = element('ring-others');
    while (list.children.length > others.length) list.lastChild.remove();
    others.forEach((one, i) => {
      const row = list.children[i] || list.appendChild(document.createElement('li'));
      if (!row.firstChild) row.append(document.createElement('span'), document.createElement('span'));
      setText(row.firstChild, called(one));
      row.title = [...one.models, obstacle(one)].filter(Boolean).join('\n');
      setText(row.lastChild, taken(one));
      row.className = one.waiting || !one.providers || one.cooling ? 'warn' : '';
    });
    const now = `${used}/${limit}`;
    if (now === ringDrawn) return;
    ringDrawn = now;
    charts.ring.data.datasets[0].data = limit ? [Math.min(used, limit), Math.max(0, limit - used)] : [0, 1];
    charts.ring.update('none');
  }

  // lanes

  /** Which figures are sums over nodes, where there are several. */
  function tellNodes() {
    element('nodes').hidden = snapshot.nodes < 2;
    setText(element('nodes').firstChild, say('nodes', Console.number(snapshot.nodes)));
  }

  const lanes = new Map();

  function cell(row, name) {
    const node = document.createElement('div');
    node.className = name;
    node.setAttribute('role', 'cell');
    row.append(node);
    return node;
  }

  function makeLane(id) {
    const row = document.createElement('div');
    row.className = 'lane';
    row.setAttribute('role', 'row');
    const lane = { row, name: cell(row, 'lane-name'), state: cell(row, 'lane-state'), bar: cell(row, 'lane-window'), flight: cell(row, 'lane-flight'), note: cell(row, 'lane-note') };
    lane.link = document.createElement('a');
    lane.label = document.createElement('span');
    lane.label.className = 'muted';
    lane.name.append(lane.link, ' ', lane.label);
    lane.word = document.createElement('span');
    lane.state.append(lane.word);
    lane.track = document.createElement('div');
    lane.track.className = 'track';
    lane.fill = document.createElement('div');
    lane.track.append(lane.fill);
    lane.count = document.createElement('span');
    lane.bar.append(lane.track, lane.count);
    lanes.set(id, lane);
    return lane;
  }

  /** The word that matters most: a cooldown before health. */
  function stateOf(backend) {
    return backend.status === 'healthy' && backend.health !== 'healthy' ? backend.health : backend.status;
  }

  function showLane(backend) {
    const lane = lanes.get(backend.id) || makeLane(backend.id);
    setText(lane.link, backend.name);
    lane.link.href = Console.url('/requests?provider=') + encodeURIComponent(backend.id);
    setText(lane.label, [backend.label, backend.pool === 'fallback' ? texts.fallback : ''].filter(Boolean).join(' · '));
    setTitle(lane.name, lane.name.textContent);
    const state = stateOf(backend);
    lane.word.className = 'state state-' + state;
    setText(lane.word, texts[state] || state);
    const { used, limit, free_in_ms: freeIn } = backend.window;
    const share = limit ? Math.min(1, used / limit) : 0;
    lane.fill.style.width = `${Math.round(share * 100)}%`;
    lane.fill.className = share >= 1 ? 'full' : share >= 0.8 ? 'high' : '';
    setText(lane.count, `${used}/${limit || '∞'}`);
    setText(lane.flight, backend.in_flight ? say('in_flight', backend.in_flight) : '');
    lane.until = backend.cooldown_remaining_ms > 0 ? snapshot.arrived + backend.cooldown_remaining_ms : 0;
    lane.reason = backend.reason || '';
    lane.free = freeIn ? snapshot.arrived + freeIn : 0;
    count(lane);
    return lane;
  }

  /** Counts down between snapshots too, however rare these are. */
  function count(lane) {
    const now = Date.now();
    const left = lane.until > now ? say('cooling_left', Console.duration(Math.ceil((lane.until - now) / 1000)), lane.reason)
      : lane.reason || (lane.free > now ? say('free_in', ((lane.free - now) / 1000).toFixed(0)) : '');
    setText(lane.note, left);
    setTitle(lane.note, left);
  }

  function showLanes() {
    const list = element('lanes');
    const wanted = element('lane-filter').value.trim().toLowerCase();
    const shown = snapshot.backends.filter((b) => !wanted || `${b.name} ${b.label} ${b.pool} ${texts[stateOf(b)] || ''}`.toLowerCase().includes(wanted));
    const there = new Set(shown.map((b) => b.id));
    lanes.forEach((lane, id) => { if (!there.has(id)) { lane.row.remove(); lanes.delete(id); } });
    shown.forEach((backend, i) => {
      const { row } = showLane(backend);
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] || null);
    });
    element('lane-filter').hidden = snapshot.backends.length < 12 && !wanted;
    element('lanes-none').hidden = shown.length > 0;
  }

  // all of it

  function advise() {
    const more = snapshot.more_keys;
    element('advice').hidden = !more;
    if (more) {
      setText(element('advice'), say('more_keys', more.keys, more.rpm, Console.clock(more.minute), more.arrived, more.capacity));
    }
  }

  function take(minute) {
    const last = minutes[minutes.length - 1];
    if (last && last.minute === minute.minute) minutes[minutes.length - 1] = minute;
    else if (!last || last.minute < minute.minute) minutes = [...minutes, minute].slice(-MINUTES);
  }

  function show() {
    const empty = snapshot.backends.length === 0;
    element('first-run').hidden = !empty;
    element('board').hidden = empty;
    if (empty) return;
    if (!charts) makeCharts();
    element('no-traffic').hidden = snapshot.total.total_requests > 0;
    stats();
    advise();
    drawCharts();
    ring();
    tellNodes();
    showLanes();
  }

  function status(word, state) {
    const live = element('live');
    live.className = 'state ' + state;
    setText(live, texts[word]);
  }

  async function hour() {
    const answer = await fetch(Console.url('/api/admin/stats/recent'), { headers: { Accept: 'application/json' } });
    if (answer.status === 401) { location.assign(Console.url('/login?from=%2Fdashboard&ended=true')); return; }
    minutes = (await answer.json()).minutes;
  }

  let stream = null;

  /**
   * Only while somebody can see it: a browser has six connections for one server, and a stream that nobody looks at would keep one of them from
   * the pages that are. A gap in the stream is a gap in the minutes, so the hour is asked for at each beginning.
   */
  function listen() {
    if (document.hidden || stream) return;
    stream = new EventSource(Console.url('/dashboard/sse'));
    stream.onopen = () => hour().then(() => { status('live', 'good'); if (snapshot) show(); }).catch(() => status('lost', 'bad'));
    stream.onmessage = (event) => {
      snapshot = { ...JSON.parse(event.data), arrived: Date.now() };
      take(snapshot.minute);
      show();
    };
    stream.onerror = () => {
      status('lost', 'bad');
      if (stream && stream.readyState === EventSource.CLOSED) { // refused, not only cut: perhaps the session is over
        deafen();
        setTimeout(() => hour().then(listen).catch(() => setTimeout(listen, 5000)), 2000);
      }
    };
  }

  function deafen() {
    if (stream) stream.close();
    stream = null;
  }

  window.addEventListener('pagehide', deafen);
  window.addEventListener('pageshow', (event) => { if (event.persisted) listen(); });
  document.addEventListener('visibilitychange', () => (document.hidden ? deafen() : listen()));
  element('lane-filter').addEventListener('input', showLanes);
  Console.restoreSearch(element('lane-filter'), () => {}); // each snapshot looks for it
  setInterval(() => { if (!document.hidden) lanes.forEach((lane) => { if (lane.until || lane.free) count(lane); }); }, 1000);
  document.addEventListener('DOMContentLoaded', listen);
})();
