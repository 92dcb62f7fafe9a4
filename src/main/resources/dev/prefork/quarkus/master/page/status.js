
'use strict';
(() => {
  const BASE = location.pathname.replace(/\/+$/, '');
  const CHART_SECONDS = 300, ROW_SECONDS = 90, MOST_EVENTS = 200, MOST_ROWS_WITH_CHARTS = 40;
  const SILENCE_MILLIS = 20000, RETRY_MILLIS = 3000, POLL_MILLIS = 5000;
  const SVG = 'http://www.w3.org/2000/svg';
  const MARKS = { ready: '●', starting: '◐', standby: '○', stopping: '▼', waiting: '✖' };
  const $ = id => document.getElementById(id);

  // What the server said last, and how far its clock is from ours.
  let doc = null, seenAt = 0, clockAhead = 0, connected = false, lostAt = 0, source = null, token = '';
  let timer = 0, checking = null, heardAt = 0, refused = false;
  const rows = new Map(), listenerRows = new Map(), events = [], announced = { state: '', problems: 0, slots: new Map() };

  // --- Text and time. All that comes from the server becomes text, never markup.
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const show = (node, visible) => { if (node.hidden === visible) node.hidden = !visible; };
  const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const now = () => connected || !doc ? Date.now() + clockAhead : Date.parse(doc.time);
  const since = time => Math.max(0, (now() - Date.parse(time)) / 1000);
  const clock = millis => new Date(millis).toISOString().slice(11, 19);
  function age(seconds) {
    if (seconds < 100) return `${Math.floor(seconds)} s`;
    if (seconds < 6000) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
    return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
  }
  function bytes(n) {
    if (n === undefined) return '';
    if (n < 1048576) return `${Math.round(n / 1024)} KiB`;
    if (n < 1048576 * 10000) return `${Math.round(n / 1048576)} MiB`;
    return `${(n / 1073741824).toFixed(1)} GiB`;
  }
  const rate = n => n === undefined ? '' : n < 10 ? n.toFixed(1) : Math.round(n).toString();
  const cores = n => n === undefined ? '' : n.toFixed(2);
  const worker = slot => `worker ${slot.slot}` + (slot.pid === undefined ? '' : ` (pid ${slot.pid})`);

  // --- Charts: a history with an end, drawn over time, so that a gap is a gap.
  function chart(seconds) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 100 20');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    svg.append(path);
    return { svg, path, seconds, points: [] };
  }
  function add(history, at, value) {
    const points = history.points;
    if (points.length && at - points[points.length - 1][0] < 900) return;
    if (value !== undefined) points.push([at, value]);
    while (points.length && at - points[0][0] > history.seconds * 1000) points.shift();
  }
  // As long as there is little to show, that fills the width.
  const spanOf = (history, at) => history.points.length
    ? Math.min(history.seconds, Math.max(20, (at - history.points[0][0]) / 1000)) : history.seconds;
  function draw(history, at, most) {
    let line = '', last = 0;
    const latest = history.points.length ? history.points[history.points.length - 1][0] : 0;
    if (at - latest < 3000) at = latest;
    const span = spanOf(history, at);
    const top = Math.max(most || 0, 1e-9, ...history.points.map(point => point[1]));
    for (const [time, value] of history.points) {
      const x = (100 - (at - time) / span / 10).toFixed(1), y = (19 - value / top * 18).toFixed(1);
      line += `${last && time - last < 8000 ? 'L' : 'M'}${x} ${y}`;
      last = time;
    }
    history.path.setAttribute('d', line);
  }

  // --- The overview.
  const facts = new Map(), totals = new Map();
  function fact(name, text) {
    if (!facts.has(name)) {
      const box = make('div'), value = make('dd');
      box.append(make('dt', name), value);
      $('overview').append(box);
      facts.set(name, value);
    }
    put(facts.get(name), text);
  }
  function total(name, text, value, most) {
    if (!totals.has(name)) {
      const figure = make('figure'), caption = make('figcaption'), bold = make('b'), history = chart(CHART_SECONDS), span = make('span');
      caption.append(span, bold);
      figure.append(caption, history.svg);
      $('charts').append(figure);
      totals.set(name, { bold, span, history });
    }
    const { bold, span, history } = totals.get(name);
    put(bold, text);
    add(history, now(), value);
    put(span, `${name}, last ${age(spanOf(history, now()))}`);
    draw(history, now(), most);
  }
  function sum(key) {
    const known = doc.slots.filter(slot => slot[key] !== undefined);
    return known.length ? known.reduce((all, slot) => all + slot[key], 0) : undefined;
  }
  function overview() {
    const { workers, recover, master, limits, health } = doc;
    fact('Ready', `${workers.ready} of ${workers.desired}`);
    const others = ['starting', 'standby', 'stopping'].filter(state => workers[state] > 0);
    const notReady = workers.down > 0 ? [`${workers.down} DOWN`] : [];
    fact('Other states', notReady.concat(others.map(state => `${workers[state]} ${state}`)).join(', ') || 'none');
    const window = recover.window_seconds > 0 ? `in ${age(recover.window_seconds)}` : 'since the start';
    fact('Unexpected exits', `${recover.exits} ${window}, ${recover.threshold} allowed`);
    fact('Leader', doc.leader ? worker(doc.leader) : 'none');
    const down = ['live', 'ready', 'started', 'well'].filter(probe => !health[probe]);
    fact('Probes', down.length ? `DOWN: ${down.join(', ')}` : 'all UP');
    fact('Last reload', doc.rollout.result === 'none' ? 'none' : `${doc.rollout.result}, version ${doc.rollout.version}`);
    fact('Up', age(since(master.started)));
    fact('Loop lag', `${(master.loop_lag_seconds * 1000).toFixed(1)} ms`);
    const cpu = sum('cpu_cores'), memory = sum('resident_memory_bytes'), requests = sum('requests_per_second');
    const of = limit => limit === undefined ? '' : ` of ${limit}`;
    total('CPU', `${cores(cpu) || '–'}${of(limits.cpu_cores)} cores`, cpu, limits.cpu_cores);
    total('Memory', `${bytes(memory) || '–'}${of(limits.memory_bytes && bytes(limits.memory_bytes))}`, memory, limits.memory_bytes);
    if (requests !== undefined || totals.has('Requests')) total('Requests', `${rate(requests) || '–'} /s`, requests, 0);
  }

  // --- Tables: rows are kept, and cells changed only where their text is another one.
  const COLUMNS = [
    ['slot', 'Slot', '', s => String(s.slot)],
    ['pid', 'Pid', 'number', s => s.pid === undefined ? '' : String(s.pid)],
    ['state', 'State', 'word state', s => s.state + (s.halted ? `, ${s.halted}` : '')],
    ['generation', 'Gen.', 'number wide', s => s.generation === undefined ? '' : String(s.generation)],
    ['age', 'Age', 'number', s => s.started ? age(since(s.started)) : s.backoff_seconds ? `waits ${s.backoff_seconds.toFixed(1)} s` : ''],
    ['ready', 'Ready for', 'number wide', s => s.ready_since ? age(since(s.ready_since)) : ''],
    ['restarts', 'Restarts', 'number wide', s => String(s.restarts_total)],
    ['cpu', 'CPU', 'number', s => cores(s.cpu_cores), s => s.cpu_cores],
    ['memory', 'Memory', 'number', s => bytes(s.resident_memory_bytes), s => s.resident_memory_bytes],
    ['requests', 'Requests/s', 'number wide', s => rate(s.requests_per_second), s => s.requests_per_second],
    ['share', 'Share', 'number wide', s => s.requests_share === undefined ? '' : `${Math.round(s.requests_share * 100)} %`],
    ['status', 'Says', 'said wide', s => [s.leader && '★ leader', s.down && `DOWN: ${s.down}`, s.status].filter(Boolean).join(' · ')],
    ['last', 'Exit before', 'last wide', s => s.last_exit ? `${s.last_exit.text}, ${age(since(s.last_exit.time))} ago${s.last_exit.planned ? ' (planned)' : ''}` : ''],
  ];
  const LISTENER_COLUMNS = [
    ['name', 'Name', '', l => l.name],
    ['address', 'Address', '', l => l.address],
    ['queue', 'Waiting', 'number', l => `${l.queue} of ${l.queue_limit}`],
    ['stalled', 'None accepted for', 'number', l => l.stalled_seconds > 0 ? age(l.stalled_seconds) : '–'],
  ];
  function head(table, columns) {
    for (const [, title, kind] of columns) {
      const cell = make('th', title, kind.replace('state', ''));
      cell.scope = 'col';
      cell.setAttribute('role', 'columnheader');
      table.tHead.rows[0].append(cell);
    }
  }
  function row(columns) {
    const line = make('tr'), cells = [];
    line.setAttribute('role', 'row');
    columns.forEach(([, title, kind, , value], i) => {
      const cell = make(i ? 'td' : 'th', undefined, kind), text = make('span');
      if (i) cell.setAttribute('role', 'cell'); else { cell.scope = 'row'; cell.setAttribute('role', 'rowheader'); }
      cell.dataset.label = title;
      if (kind.includes('state')) cell.append(Object.assign(make('span', '', 'state-mark'), { ariaHidden: 'true' }));
      cell.append(text);
      cells.push({ cell, text, history: value && chart(ROW_SECONDS) });
      line.append(cell);
    });
    return { line, cells };
  }
  function fill(kept, columns, item, charts) {
    columns.forEach(([, , kind, text, value], i) => {
      const { cell, text: node, history } = kept.cells[i];
      put(node, text(item));
      const bare = node.textContent === '';
      if (bare !== cell.classList.contains('bare')) cell.classList.toggle('bare', bare);
      if (kind.includes('state')) put(cell.firstChild, MARKS[item.state] || '');
      if (!history) return;
      add(history, now(), value(item));
      const drawn = charts && history.points.length > 1;
      if (drawn !== history.svg.isConnected) { if (drawn) cell.prepend(history.svg); else history.svg.remove(); }
      if (drawn) draw(history, now(), 0);
    });
    if (item.state && kept.line.dataset.state !== item.state) kept.line.dataset.state = item.state;
  }
  function table(body, kept, columns, items, key, charts) {
    const used = new Set();
    items.forEach((item, i) => {
      const name = key(item);
      used.add(name);
      if (!kept.has(name)) kept.set(name, row(columns));
      const line = kept.get(name);
      if (body.children[i] !== line.line) body.insertBefore(line.line, body.children[i] || null);
      fill(line, columns, item, charts);
    });
    for (const [name, line] of kept) if (!used.has(name)) { line.line.remove(); kept.delete(name); }
  }
  // A column that says nothing takes no room.
  function prune(head, kept, columns) {
    columns.forEach(([, , kind], i) => {
      if (!kind.includes('wide')) return;
      let said = false;
      for (const line of kept.values()) said = said || line.cells[i].text.textContent !== '';
      show(head.cells[i], said);
      for (const line of kept.values()) show(line.cells[i].cell, said);
    });
  }
  const isReady = slot => slot.state === 'ready' && slot.down === undefined;
  const SHOWN = { all: () => true, unready: slot => !isReady(slot), restarted: slot => slot.restarts_total > 0 };
  function slots() {
    const items = doc.slots.filter(SHOWN[$('show').value]);
    const many = $('compact').checked && items.length > MOST_ROWS_WITH_CHARTS;
    // Of many, those that need a look must not be the last.
    if (many) items.sort((one, two) => isReady(one) - isReady(two));
    $('slots').classList.toggle('compact', $('compact').checked);
    table($('slots').tBodies[0], rows, COLUMNS, items, slot => `${slot.slot}:${slot.pid}`, !$('compact').checked);
    prune($('slots').tHead.rows[0], rows, COLUMNS);
    show($('slots'), items.length > 0);
    show($('no-workers'), items.length === 0);
    put($('no-workers'), doc.slots.length ? 'No worker is like that.' : 'No worker yet.');
    const parts = items.length < doc.slots.length ? [`${items.length} of ${doc.slots.length} shown`] : [];
    if (many) parts.push('those that are not ready come first');
    put($('shown'), parts.join('; '));
  }
  function listeners() {
    table($('listeners').tBodies[0], listenerRows, LISTENER_COLUMNS, doc.listeners, listener => listener.name, false);
    show($('listeners'), doc.listeners.length > 0);
    show($('no-listeners'), doc.listeners.length === 0);
  }

  // --- What stands at the top.
  function list(node, items, fillItem) {
    while (node.children.length > items.length) node.lastChild.remove();
    items.forEach((item, i) => fillItem(node.children[i] || node.appendChild(make('li')), item));
  }
  function top() {
    put($('host'), doc.master.host);
    $('state').dataset.state = doc.state;
    put($('state-word'), doc.state);
    const { workers } = doc;
    put($('state-text'), `${workers.ready} of ${plural(workers.desired, 'worker')} ready`);
    const title = `${doc.state} – ${doc.master.host} – Prefork`;
    if (document.title !== title) document.title = title;
    show($('problems'), doc.problems.length > 0);
    list($('problems').querySelector('ul'), doc.problems, (item, problem) => {
      if (item.className !== `problem ${problem.severity}`) item.className = `problem ${problem.severity}`;
      if (!item.children.length) item.append(make('b'), make('span'));
      put(item.children[0], problem.severity === 'error' ? '✖ Error:' : '▲ Warning:');
      put(item.children[1], problem.text);
    });
    const { rollout } = doc;
    show($('rollout'), rollout.active);
    $('rollout-progress').max = Math.max(1, rollout.of);
    $('rollout-progress').value = rollout.begun;
    put($('rollout-text'), `To version ${rollout.version}: ${rollout.begun} of ${plural(rollout.of, 'worker')} replaced or being replaced`);
    const old = doc.slots.filter(slot => slot.state === 'stopping');
    show($('draining'), old.length > 0);
    list($('draining').querySelector('ul'), old.slice(0, 20), (item, slot) =>
      put(item, `${worker(slot)}, started ${age(since(slot.started || doc.time))} ago`));
    put($('about'), `Prefork ${doc.master.version}, pid ${doc.master.pid}. As of ${clock(now())} UTC.`);
  }
  // Changes of states are read out, numbers are not.
  function announce() {
    const said = [];
    if (announced.state && announced.state !== doc.state) said.push(`The pod is ${doc.state}.`);
    if (announced.problems < doc.problems.length) said.push(`${plural(doc.problems.length, 'problem')}.`);
    const states = new Map(doc.slots.map(slot => [slot.slot, slot.state]));
    const changed = announced.state ? [...states].filter(([slot, state]) => announced.slots.get(slot) !== state) : [];
    if (changed.length > 3) said.push(`${changed.length} workers have changed.`);
    else changed.forEach(([slot, state]) => said.push(`Worker ${slot} is ${state}.`));
    Object.assign(announced, { state: doc.state, problems: doc.problems.length, slots: states });
    if (said.length) put($('announcer'), said.join(' '));
  }
  function timeline() {
    const only = $('warnings').checked;
    const shown = only ? events.filter(event => event.level !== 'INFO') : events;
    list($('events'), shown, (item, event) => {
      if (item.dataset.sequence === String(event.sequence)) return;
      item.dataset.sequence = event.sequence;
      const time = make('time', clock(Date.parse(event.time)));
      time.dateTime = event.time;
      const level = { ERROR: ['✖ error', 'bad'], WARN: ['▲ warning', 'warn'] }[event.level] || ['info', 'quiet'];
      item.replaceChildren(time, make('span', ...level), make('span', event.message, 'what'));
    });
    show($('events'), shown.length > 0);
    show($('no-events'), shown.length === 0);
  }

  // --- Once a second, and whenever something comes; not where it cannot be seen.
  function render() {
    if (document.hidden) return;
    document.body.classList.toggle('stale', !connected && doc !== null);
    const lost = !connected && lostAt > 0;
    show($('connection'), lost);
    if (lost) put($('connection'), `No connection since ${clock(lostAt)} UTC (${age((Date.now() - lostAt) / 1000)}). `
      + (doc ? `What is shown was so at ${clock(Date.parse(doc.time))} UTC. ` : '') + 'Trying again.');
    show($('asking'), refused && connected);
    if (!doc) return;
    top();
    overview();
    slots();
    listeners();
  }
  function accept(next) {
    // The clock of a node may be set, but hardly by that much.
    const other = doc && Math.abs(Date.parse(doc.master.started) - Date.parse(next.master.started)) > 2000;
    doc = next;
    seenAt = Date.now();
    clockAhead = Date.parse(doc.time) - seenAt;
    connected = true;
    lostAt = 0;
    if (other) restart();
    if (doc.slots.length > MOST_ROWS_WITH_CHARTS && !$('compact').dataset.chosen) $('compact').checked = true;
    announce();
    render();
  }
  function lose() {
    if (connected || !lostAt) lostAt = Date.now();
    connected = false;
    render();
  }

  // --- Another master, after a restart of the container: nothing of the old one's is worth keeping.
  function restart() {
    events.length = 0;
    for (const { history } of totals.values()) history.points.length = 0;
    timeline();
    connect();
  }
  function connect() {
    if (source) source.close();
    source = new EventSource(`${BASE}/events`);
    const mine = source;
    heardAt = Date.now();
    mine.addEventListener('open', () => { if (mine === source) refused = false; });
    mine.addEventListener('alive', () => { if (mine === source) heardAt = Date.now(); });
    mine.addEventListener('status', event => {
      if (mine !== source) return;
      heardAt = Date.now();
      accept(JSON.parse(event.data));
    });
    mine.addEventListener('log', event => {
      const entry = JSON.parse(event.data);
      if (mine !== source || events.length && entry.sequence <= events[0].sequence) return;
      seenAt = heardAt = Date.now();
      events.unshift(entry);
      if (events.length > MOST_EVENTS) events.pop();
      if (!timer) timer = setTimeout(() => { timer = 0; timeline(); }, 100);
    });
    mine.addEventListener('error', () => {
      if (mine !== source) return;
      // It tries again by itself unless it was refused, as when too many watch: then the status is asked for.
      if (mine.readyState !== EventSource.CLOSED) return lose();
      source = null;
      check(true).then(() => {
        refused = connected;
        render();
        setTimeout(() => { if (!source) connect(); }, connected ? POLL_MILLIS : RETRY_MILLIS);
      });
    });
  }
  // What is asked anew takes the place of what was asked before: that may have been before a sleep.
  async function check(anew) {
    if (checking && !anew) return;
    if (checking) checking.abort();
    const mine = checking = new AbortController();
    const late = setTimeout(() => mine.abort(), 10000);
    try {
      const answer = await fetch(`${BASE}/status`, { cache: 'no-store', signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = await answer.json();
      if (mine === checking) accept(next);
    } catch (failure) {
      if (mine === checking) lose();
    } finally {
      clearTimeout(late);
      if (mine === checking) checking = null;
    }
  }
  // A connection may be dead without an end: that is not told from one on which nothing comes, so another one takes its place.
  function renew() {
    if (source && Date.now() - heardAt > SILENCE_MILLIS) connect();
  }
  // A page in the background sleeps, for hours perhaps, and meanwhile its connection, or the master, may have ended.
  function wake() {
    if (document.hidden) return;
    check(true);
    renew();
    render();
  }
  setInterval(() => {
    if (!document.hidden) {
      if (Date.now() - seenAt > SILENCE_MILLIS) check();
      renew();
    }
    render();
  }, 1000);
  document.addEventListener('visibilitychange', wake);
  document.addEventListener('resume', wake);
  addEventListener('pageshow', event => { if (event.persisted) wake(); });
  addEventListener('online', wake);
{actions}
  for (const id of ['show', 'compact']) $(id).addEventListener('change', () => { $('compact').dataset.chosen = 'true'; render(); });
  $('warnings').addEventListener('change', timeline);
  head($('slots'), COLUMNS);
  head($('listeners'), LISTENER_COLUMNS);
  connect();
})();
