
  // --- Actions. The token is in this variable alone, and goes into a header that no other page can send.
  const ACTIONS = {
    reload: () => ({
      title: 'Reload?', confirm: 'Reload',
      text: `The settings are read again, and all ${plural(doc.workers.desired, 'worker')} replaced, the new ones first. If a new one does not become ready, the old ones keep serving.`,
    }),
    scale: () => ({
      title: 'Change the number of workers?', confirm: 'Scale', number: 'Workers', key: 'workers', value: doc.workers.desired,
      text: `There are to be ${doc.workers.desired} now. It stays as you set it until the next reload with another number, change of limits, or restart.`,
    }),
    kill: () => ({
      title: 'Replace a worker?', confirm: 'Replace it', number: 'Slot', key: 'slot', value: doc.slots.length ? doc.slots[0].slot : 0,
      text: 'A new worker is started in this slot. Once it is ready, the old one gets SIGTERM and may finish its requests.',
    }),
    stop: () => ({
      title: 'Stop this pod?', confirm: 'Stop the pod',
      text: `${doc.master.host} drains, all ${plural(doc.workers.desired, 'worker')} end, and the container exits with code 0. Kubernetes then restarts it, unless its restart policy says otherwise.`,
    }),
  };
  let asked = null;
  function ask(name) {
    if (!doc) return;
    asked = { name, ...ACTIONS[name]() };
    put($('dialog-title'), asked.title);
    put($('dialog-text'), asked.text);
    put($('dialog-confirm'), asked.confirm);
    put($('dialog-error'), '');
    show($('dialog-number-row'), asked.number !== undefined);
    put($('dialog-number-label'), asked.number || '');
    $('dialog-number').value = asked.value === undefined ? '' : asked.value;
    $('dialog-token').value = token;
    $('dialog').showModal();
    (token ? $('dialog-cancel') : $('dialog-token')).focus();
  }
  async function perform() {
    const number = Number($('dialog-number').value);
    if (asked.number && (!Number.isInteger(number) || number < 0 || $('dialog-number').value === '')) {
      put($('dialog-error'), 'A whole number is needed.');
      return;
    }
    token = $('dialog-token').value.trim();
    if (!/^[\x21-\x7e]+$/.test(token)) {
      put($('dialog-error'), 'The admin token is needed; it has no blanks.');
      return;
    }
    $('dialog-confirm').disabled = true;
    try {
      const answer = await fetch(`${BASE}/${asked.name}`, {
        method: 'POST', cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(65000),
        headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(asked.number ? { [asked.key]: number } : {}),
      });
      const said = await answer.json();
      if (answer.status === 401) token = '';
      if (!answer.ok) throw new Error(answer.status === 503 ? `No answer, it may be done or not: ${said.error}` : `Not done: ${said.error}`);
      $('dialog').close();
      $('action-result').className = 'good';
      put($('action-result'), `${clock(now())} UTC: ${said.text}`);
    } catch (failure) {
      // Without an answer it may have begun: the status shows whether it has.
      put($('dialog-error'), /^No/.test(failure.message) ? failure.message : `No answer, it may be done or not: ${failure.message}`);
    } finally {
      $('dialog-confirm').disabled = false;
    }
  }
  $('actions').addEventListener('click', event => { if (event.target.dataset.action) ask(event.target.dataset.action); });
  $('dialog-cancel').addEventListener('click', () => $('dialog').close());
  $('dialog').addEventListener('close', () => { $('dialog-token').value = ''; });
  $('dialog').querySelector('form').addEventListener('submit', event => { event.preventDefault(); perform(); });
