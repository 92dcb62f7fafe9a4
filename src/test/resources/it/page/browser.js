// Looks at status pages with a real Chromium, as StatusPageBrowserIT tells it: a JSON text in the first argument. Says in a line for
// each check how it went; the exit code is 1 if one has failed.
'use strict';

const told = JSON.parse(process.argv[2]);
const fs = require('node:fs');
const { chromium } = require(told.playwright);
const LEAST_CONTRAST = 4.5, LEAST_CONTRAST_LARGE = 3, PATIENCE = 60000;
let failed = 0;

function check(name, found, wrong) {
  if (!found) failed++;
  console.log(`${found ? 'passed' : 'FAILED'}: ${name}${found ? '' : `: ${typeof wrong === 'string' ? wrong : JSON.stringify(wrong)}`}`);
}

// All that is wrong with how a page is built; runs in the page.
function structure() {
  const wrong = [], all = selector => [...document.querySelectorAll(selector)];
  const visible = node => node.checkVisibility();
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all('body *').filter(node => visible(node) && node.getBoundingClientRect().right > innerWidth + 1);
    wrong.push(`scrolls sideways: ${wide.slice(0, 3).map(node => node.outerHTML.slice(0, 80))}`);
  }
  for (const landmark of ['header', 'main', 'footer', 'h1']) {
    if (all(landmark).length !== 1) wrong.push(`${all(landmark).length} of ${landmark}`);
  }
  let level = 0;
  for (const heading of all('h1, h2, h3, h4').filter(visible)) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) wrong.push(`a level of headings is left out before ${heading.textContent}`);
    if (!heading.textContent.trim()) wrong.push('an empty heading');
    level = own;
  }
  for (const section of all('section')) {
    if (!document.getElementById(section.getAttribute('aria-labelledby'))) wrong.push(`a section without a name: ${section.id}`);
  }
  for (const table of all('table')) {
    if (!table.caption) wrong.push('a table without a caption');
    if (table.getAttribute('role') !== 'table') wrong.push('a table that is none when its rows are blocks');
  }
  for (const cell of all('th')) if (!cell.scope || !cell.getAttribute('role')) wrong.push(`a header without scope: ${cell.textContent}`);
  for (const control of all('input, select, button')) {
    if (!control.labels?.length && !control.textContent.trim()) wrong.push(`a control without a name: ${control.id}`);
  }
  for (const svg of all('svg')) if (svg.getAttribute('aria-hidden') !== 'true') wrong.push('a chart without a text');
  if (!all('[aria-live=polite]').length) wrong.push('changes are not read out');
  for (const live of all('[aria-live], [role=status], [role=alert]')) {
    if (live.querySelector('table, dl, time')) wrong.push('figures are read out');
  }
  return wrong;
}

// Texts that are hard to read; runs in the page.
function faint([least, leastLarge]) {
  const parse = text => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  function back(node) {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(at).backgroundColor);
      if (alpha === 1 && r !== undefined) return [r, g, b];
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  }
  const wrong = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(node.tagName)) continue;
    if (!node.checkVisibility() || node.closest('.unseen, thead')?.getBoundingClientRect().width <= 1) continue;
    const style = getComputedStyle(node), one = light(parse(style.color)), two = light(back(node));
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? leastLarge : least)) {
      wrong.push(`${ratio.toFixed(2)} of "${walker.currentNode.textContent.trim().slice(0, 30)}"`);
    }
  }
  return [...new Set(wrong)];
}

async function keyboard(page, name) {
  await page.evaluate(() => document.activeElement.blur());
  const reached = [], bare = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const node = document.activeElement, style = getComputedStyle(node);
      return {
        name: node.id || node.dataset.action || node.className || node.tagName,
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (at.name === 'BODY' || reached.includes(at.name)) break;
    reached.push(at.name);
    if (!at.outlined) bare.push(at.name);
  }
  const wanted = ['skip', 'show', 'compact', 'reload', 'scale', 'kill', 'stop', 'warnings'];
  check(`${name}: all controls are reached by the keyboard`, wanted.every(each => reached.includes(each)), reached);
  check(`${name}: the focus is seen`, bare.length === 0, bare);
}

async function open(browser, task, scheme, width) {
  const page = await browser.newPage({ viewport: { width, height: width < 500 ? 844 : 900 }, colorScheme: scheme, reducedMotion: 'reduce' });
  const said = [];
  page.on('console', line => { if (['error', 'warning'].includes(line.type())) said.push(line.text()); });
  page.on('pageerror', error => said.push(error.message));
  page.on('dialog', dialog => { said.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', request => { if (!request.url().startsWith(new URL(task.url).origin) && !request.url().startsWith('data:')) said.push(`asks ${request.url()}`); });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(task.url);
  await page.waitForSelector(`#state[data-state="${task.state}"]`, { timeout: PATIENCE });
  for (const text of task.texts || []) await page.waitForFunction(wanted => document.body.innerText.includes(wanted), text, { timeout: PATIENCE });
  if (task.rows !== undefined) {
    await page.waitForFunction(rows => document.querySelectorAll('#slots tbody tr').length === rows, task.rows, { timeout: PATIENCE });
  }
  return { page, said };
}

async function look(browser, task) {
  for (const [width, scheme] of [[1280, 'light'], [390, 'dark'], [1280, 'dark'], [390, 'light']]) {
    const name = `${task.name}, ${width} px, ${scheme}`;
    const { page, said } = await open(browser, task, scheme, width);
    if (task.wait && (width === 1280) === (scheme === 'light')) await page.waitForTimeout(task.wait);
    const wrong = await page.evaluate(structure);
    check(`${name}: structure`, wrong.length === 0, wrong);
    const texts = await page.evaluate(faint, [LEAST_CONTRAST, LEAST_CONTRAST_LARGE]);
    check(`${name}: contrast`, texts.length === 0, texts);
    const markup = await page.evaluate(() => ({ images: document.images.length, scripts: document.scripts.length, hacked: window.hacked }));
    check(`${name}: texts stay texts`, markup.images === 0 && markup.scripts === 1 && markup.hacked === undefined, markup);
    if (scheme === 'light') await keyboard(page, name);
    if (task.pictures && (width === 1280) === (scheme === 'light')) {
      await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
      await page.screenshot({ path: `${task.pictures}-${width}.png` });
    }
    const blocked = await page.evaluate(() => window.violations);
    check(`${name}: nothing is blocked, and no error`, blocked.length === 0 && said.length === 0, [...blocked, ...said]);
    await page.close();
  }
}

// Rows stay the same elements while their cells change.
async function steady(browser, task) {
  const { page } = await open(browser, task, 'light', 1280);
  await page.evaluate(() => { window.first = document.querySelector('#slots tbody tr'); window.about = document.getElementById('about').textContent; });
  await page.waitForFunction(() => document.getElementById('about').textContent !== window.about, null, { timeout: PATIENCE });
  check(`${task.name}: rows are kept`, await page.evaluate(() => window.first === document.querySelector('#slots tbody tr')), 'a new row');
  check(`${task.name}: compact`, await page.isChecked('#compact'), 'not compact');
  await page.selectOption('#show', 'unready');
  await page.waitForSelector('#no-workers:not([hidden])', { timeout: PATIENCE });
  check(`${task.name}: those that are ready can be left out`, await page.locator('#slots tbody tr').count() === 0, 'some are left');
  await page.close();
}

async function act(browser, task) {
  const { page, said } = await open(browser, task, 'light', 1280);
  const button = page.locator('button[data-action=scale]');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  check('action: the dialog has the focus', await page.evaluate(() => document.activeElement.closest('dialog') !== null), 'elsewhere');
  const faintTexts = await page.evaluate(faint, [LEAST_CONTRAST, LEAST_CONTRAST_LARGE]);
  check('action: contrast', faintTexts.length === 0, faintTexts);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog:not([open])', { state: 'attached' });
  check('action: Escape gives the focus back', await button.evaluate(node => node === document.activeElement), 'elsewhere');

  const answers = [];
  page.on('response', response => { if (response.request().method() === 'POST') answers.push(response.status()); });
  await page.keyboard.press('Enter');
  await page.fill('#dialog-number', String(task.workers));
  await page.fill('#dialog-token', 'wrong-wrong-wrong-wrong');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('dialog-error').textContent.includes('the token is wrong'), null, { timeout: PATIENCE });
  await page.fill('#dialog-token', task.token);
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog:not([open])', { state: 'attached', timeout: PATIENCE });
  await page.waitForFunction(rows => document.querySelectorAll('#slots tbody tr[data-state=ready]').length === rows, task.workers, { timeout: PATIENCE });
  check('action: it is done', answers.join() === '401,202', answers);
  await button.click();
  check('action: the token is kept in memory', await page.inputValue('#dialog-token') === task.token, 'it is not');
  check('action: and nowhere else', await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length === 0), 'it is');
  const errors = said.filter(line => !line.includes('401'));
  check('action: no error', errors.length === 0, errors);
  await page.close();
}

// The other side ends the server once it reads "opened", and starts it again once it reads "lost".
async function reconnect(browser, task) {
  const { page } = await open(browser, task, 'light', 1280);
  console.log('opened');
  await page.waitForSelector('#connection:not([hidden])', { timeout: PATIENCE });
  check('reconnect: it is said', /^No connection since \d\d:\d\d:\d\d UTC/.test(await page.innerText('#connection')), await page.innerText('#connection'));
  console.log('lost');
  await page.waitForSelector('#connection[hidden]', { state: 'attached', timeout: PATIENCE });
  await page.waitForSelector('#state[data-state=draining]', { timeout: PATIENCE });
  check('reconnect: it is right again', (await page.innerText('#host')) === 'another', await page.innerText('#host'));
  console.log('back');
  await page.close();
}

// What each event says, the newest first.
const textsOf = page => page.$$eval('#events li', rows => rows.map(row => row.querySelector('.what').textContent));

// Nothing of the page runs for a while, as in a tab in the background that the browser has frozen; Chromium freezes no page that it believes
// to be seen, and believes that of all without a screen, so that a debugger does it. Meanwhile the other side ends the server and starts that
// of another master, whose log begins anew; it says so by a file. Then an hour has passed by the page's clock.
async function sleep(browser, task) {
  const { page } = await open(browser, task, 'light', 1280);
  await page.waitForFunction(() => document.querySelectorAll('#events li').length === 5, null, { timeout: PATIENCE });
  const session = await page.context().newCDPSession(page);
  // What is shown in the first moments after it counts too: a page that was right only after a wait would be seen wrong.
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (window.woken && !window.right && document.querySelector('#host').textContent === 'another') window.right = performance.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const paused = new Promise(done => session.once('Debugger.paused', done));
  await session.send('Debugger.enable');
  await session.send('Debugger.pause');
  await paused;
  console.log('frozen');
  for (const end = Date.now() + PATIENCE; !fs.existsSync(task.replaced) && Date.now() < end;) await new Promise(done => setTimeout(done, 50));
  await session.send('Debugger.resume');
  await session.send('Debugger.disable');
  await page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() + 3600000;
    window.woken = performance.now();
    document.dispatchEvent(new Event('resume'));
  });
  await page.waitForFunction(() => window.right, null, { timeout: PATIENCE });
  console.log(`right after ${Math.round(await page.evaluate(() => window.right - window.woken))} ms`);
  await page.waitForFunction(() => document.querySelectorAll('#events li').length === 2, null, { timeout: PATIENCE });
  const shown = await textsOf(page);
  check('sleep: the events are those of the new master alone', JSON.stringify(shown) === JSON.stringify(['second of another', 'first of another']), shown);
  check('sleep: it is the new state', (await page.getAttribute('#state', 'data-state')) === 'draining', 'it is not');
  check('sleep: nothing is said to be lost', await page.isHidden('#connection'), await page.innerText('#connection'));
  console.log('awake');
  // That its connection lives is seen by what comes over it.
  await page.waitForFunction(() => document.querySelectorAll('#events li').length === 3, null, { timeout: PATIENCE });
  const later = await textsOf(page);
  check('sleep: what is new comes', later[0] === 'third of another', later);
  await page.close();
}

// As many as may have events already: the page says so and asks.
async function asking(browser, task) {
  const { page } = await open(browser, task, 'light', 1280);
  await page.waitForSelector('#asking:not([hidden])', { timeout: PATIENCE });
  check('asking: nothing is said to be lost', await page.isHidden('#connection'), await page.innerText('#connection'));
  console.log('asks');
  await page.waitForSelector('#state[data-state=draining]', { timeout: PATIENCE });
  check('asking: it is still said', await page.isVisible('#asking'), 'it is not');
  console.log('asked again');
  await page.waitForSelector('#asking[hidden]', { state: 'attached', timeout: PATIENCE });
  check('asking: it is shown as before', await page.isHidden('#connection'), await page.innerText('#connection'));
  await page.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: told.chromium, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    for (const task of told.tasks) await { look, steady, act, reconnect, sleep, asking }[task.does](browser, task);
  } finally {
    await browser.close();
  }
  process.exitCode = failed ? 1 : 0;
})().catch(error => { console.log(`FAILED: ${error.stack}`); process.exitCode = 1; });
