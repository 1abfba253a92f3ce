// The one script of a 閲覧用カルテファイル: opens boxes with WebCrypto, searches the index, shows a chart, locks itself.
// No library, no network, nothing stored. Written for Chromium 109 and Firefox 115, read by people who are handed the file:
// keep it short. What it is told without a passphrase stands in #open (words, dates), what is sealed in #sealed and #boxes.
'use strict';
(() => {
  const IDLE_MS = 10 * 60000, HIDDEN_MS = 2 * 60000, TICK_MS = 5000, SHOWN = 50, CLOCK_MS = 10 * 60000, OLD_MINUTES = 24 * 60;
  const $ = id => document.getElementById(id);
  const open = JSON.parse($('open').textContent), sealed = JSON.parse($('sealed').textContent);
  const words = open.words, utf8 = new TextEncoder();
  const say = (key, n) => words[key].replace('{n}', n);

  /* ---- boxes ---- */
  let key = null, index = null, file = null, inside = null;
  const offsets = [];
  sealed.lengths.reduce((at, length) => { offsets.push(at); return at + (sealed.data ? length : Math.ceil(length / 3) * 4); }, 0);

  const bytesOf = base64 => {
    const text = atob(base64), bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  };
  async function sealedBox(number) {
    const length = sealed.lengths[number], at = offsets[number];
    if (sealed.data) return new Uint8Array(await file.slice(at, at + length).arrayBuffer());
    inside ??= $('boxes').textContent;
    return bytesOf(inside.slice(at, at + Math.ceil(length / 3) * 4));
  }
  const nonce = number => { const iv = new Uint8Array(12); new DataView(iv.buffer).setUint32(8, number); return iv; };
  const gcm = (number, about) => ({ name: 'AES-GCM', iv: nonce(number), additionalData: utf8.encode(about) });

  /** The text in a box. A box that was changed, moved or taken from another file does not open. */
  async function box(number) {
    const packed = await crypto.subtle.decrypt(gcm(number, `andon-envelope 1 box ${sealed.id} ${number}`), key, await sealedBox(number));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).text();
  }

  /** The content key, if the digits open one of the slots. It cannot be taken out of the browser's keeping. */
  async function contentKey(digits) {
    const base = await crypto.subtle.importKey('raw', utf8.encode(digits), 'PBKDF2', false, ['deriveKey']);
    const kdf = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(sealed.salt), iterations: sealed.iterations };
    const own = await crypto.subtle.deriveKey(kdf, base, { name: 'AES-GCM', length: 256 }, false, ['unwrapKey']);
    for (let slot = 0; slot < sealed.slots.length; slot++) {
      const how = gcm(0, `andon-envelope 1 slot ${sealed.id} ${slot}`);
      try {
        return await crypto.subtle.unwrapKey('raw', bytesOf(sealed.slots[slot]), own, how, 'AES-GCM', false, ['decrypt']);
      } catch { /* another slot's digits */ }
    }
    return null;
  }

  /* ---- what is shown ---- */
  const PLACES = ['old', 'warning', 'unlock', 'find', 'reason', 'chart'];
  function show(place) {
    PLACES.forEach(id => { $(id).hidden = id !== place; });
    if (place !== 'chart' && place !== 'reason') $('who').replaceChildren();
    $('lock').hidden = key === null;
    scrollTo(0, 0);
  }
  function make(tag, text, name) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }
  const mark = (sort, text) => make('span', text, `mark ${sort}`);

  function ageWords(minutes) {
    const size = Math.abs(minutes);
    const step = open.steps.find(([from]) => size >= from);
    if (!step) return words.now;
    const count = Math.floor(size / step[1]), unit = open.lang === 'en' && count !== 1 ? step[2] + 's' : step[2];
    return words[minutes >= 0 ? 'ago' : 'ahead'].replace('{n}', count).replace('{unit}', unit);
  }
  const minutesSince = then => Math.floor((Date.now() - then) / 60000);

  /** The bar: how old the copy is now, by this machine's clock, which may be wrong. */
  function age() {
    const clock = Date.now() < open.made - CLOCK_MS, since = ageWords(minutesSince(open.made));
    let line = words.nothing;
    if (open.dataMs !== null) {
      line = open.data + (clock ? '' : words.aside.replace('{n}', ageWords(minutesSince(open.dataMs))));
      if (!clock && minutesSince(open.dataMs) > OLD_MINUTES) line += ` ・ ${words.old}`;
    }
    $('fresh').textContent = line + (open.silent ? ` ・ ${open.silent}` : '');
    const over = Date.now() > open.until;
    $('bar').classList.toggle('red', over || clock || open.dataMs === null || minutesSince(open.dataMs) > OLD_MINUTES);
    $('state').textContent = clock ? words.clock : over ? words.expired : '';
    $('since').textContent = $('made-age').textContent = say('since', clock ? words.unknown : since);
    $('made-at').classList.toggle('warn', clock || minutesSince(open.made) > OLD_MINUTES);
    document.body.classList.toggle('later', clock || minutesSince(open.made) >= 1);
  }

  /* ---- search: the keys are those of the program, made when the file was made; what is typed is folded alike ---- */
  const fold = open.fold;
  const plain = text => [...text.normalize('NFKC').toLowerCase()].filter(c => !fold.dropped.includes(c)).join('').normalize('NFKC').replace(new RegExp(`[${fold.voicing}]`, 'g'), '');
  const mapped = (text, map) => [...text].map(c => map[c] ?? c).join('');
  const nameKey = text => mapped(plain(text), fold.name);
  const kanaKey = text => mapped(plain(text), fold.kana)
    .replace(/ヴ([アイエオ])/g, (_, vowel) => 'バビベボ'['アイエオ'.indexOf(vowel)]).replace(/ヴ/g, 'ブ')
    .replace(/([オコソトノホモヨロゴゾドボポ])[ウオ]+/g, '$1');
  const idKey = text => {
    const bare = text.normalize('NFKC').replace(/[^0-9A-Za-z]/g, '').toUpperCase().replace(/^[A-D]([0-9]+)[A-D]$/, '$1');
    return bare.replace(/^0+(?=.)/, '');
  };
  /** A key met at a place of another; `?` on either side is a letter that could not be known. */
  const meets = (text, part, at) => [...part].every((c, i) => text[at + i] !== undefined && (c === text[at + i] || c === '?' || text[at + i] === '?'));
  const begins = (text, part) => part.includes('?') || text.includes('?') ? meets([...text], part, 0) : text.startsWith(part);
  const holds = (text, part) => {
    if (!part.includes('?') && !text.includes('?')) return text.includes(part);
    const letters = [...text];
    return letters.some((_, at) => meets(letters, part, at));
  };
  const birthDigits = text => {
    const era = text.normalize('NFKC').toUpperCase().match(/^(M|T|S|H|R|明治|大正|昭和|平成|令和)(\d{1,2}|元)[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?$/);
    if (era) {
      const first = { M: 1868, 明治: 1868, T: 1912, 大正: 1912, S: 1926, 昭和: 1926, H: 1989, 平成: 1989, R: 2019, 令和: 2019 }[era[1]];
      return `${first - 1 + (era[2] === '元' ? 1 : +era[2])}${era[3].padStart(2, 0)}${era[4].padStart(2, 0)}`;
    }
    const day = text.normalize('NFKC').match(/^(\d{4})[.\-/年]?(\d{1,2})[.\-/月]?(\d{1,2})日?$/);
    return day ? day[1] + day[2].padStart(2, 0) + day[3].padStart(2, 0) : '';
  };
  /** What a word may mean, folded once for all rows. */
  const asked = text => {
    const wide = text.normalize('NFKC').trim();
    return { name: nameKey(text), kana: kanaKey(text), id: idKey(text), day: birthDigits(wide), place: wide, digits: wide.replace(/[^0-9]/g, '') };
  };
  const numbered = (row, word) => word.id !== '' && row.key === word.id;
  const named = (row, word) => (word.name && row.names.some(key => holds(key, word.name)))
    || (word.kana && row.kanas.some(key => begins(key, word.kana)));
  const fits = (row, word) => numbered(row, word) || named(row, word) || (word.day && row.birth === word.day)
    || (word.digits.length >= 4 && row.phones.some(phone => phone.startsWith(word.digits)))
    || (word.place.length > 1 && row.place.includes(word.place)) || row.ward === word.place;
  function search(typed) {
    const line = asked(typed), parts = typed.trim().split(/\s+/).slice(0, 6).map(asked);
    const number = index.rows.filter(row => numbered(row, line));
    const rest = index.rows.filter(row => !numbered(row, line) && (named(row, line) || parts.every(part => fits(row, part))));
    const order = row => row.kanas[0] || '\uffff';
    return number.concat(rest.sort((one, other) => order(one) < order(other) ? -1 : order(one) > order(other) ? 1 : 0));
  }

  function hit(row, alike) {
    const line = make('tr'), name = make('td'), caution = make('td');
    const link = make('button', row.name || words.unnamed, 'secondary');
    link.type = 'button';
    link.addEventListener('click', () => ask(row));
    name.append(link, ' ', make('span', row.kana, 'source'));
    if (!row.box) name.append(' ', mark('note', row.brief ? words.briefOnly : words.indexOnly));
    if (alike > 1) caution.append(mark('warn', say('alike', alike)), ' ');
    if (row.flags) caution.append(mark('warn', `${words.flag} ${row.flags}`), ' ');
    if (row.former) caution.append(mark('note', `${words.former} ${row.former}`));
    const number = make('td');
    number.append(make('strong', row.id, 'id'), ' ', ...(row.place ? [mark('quiet', row.place)] : []));
    line.append(name, make('td', row.birthWords), make('td', row.sex), number, make('td', row.plans), caution);
    [null, words.birth, words.sex, words.id, words.plans, words.caution].forEach((label, at) => {
      if (label) line.children[at].dataset.label = label;
    });
    return line;
  }
  function list(rows, head) {
    $('found').hidden = false;
    $('found-head').textContent = head;
    $('found-more').hidden = rows.length <= SHOWN;
    $('found-none').hidden = rows.length > 0;
    $('hits').hidden = rows.length === 0;
    $('hits').tBodies[0].replaceChildren(...rows.slice(0, SHOWN).map(row => hit(row, index.same.get(row.names[0]))));
  }
  function whole(rows, head) {
    list(rows, head);
    $('found-more').hidden = true;
    $('hits').tBodies[0].replaceChildren(...rows.map(row => hit(row, index.same.get(row.names[0]))));
  }
  function choices(id, names, rowsOf) {
    $(id).replaceChildren(...names.map(name => {
      const rows = rowsOf(name), item = make('li'), link = make('button', `${name} ${say('people', rows.length)}`, 'secondary');
      link.type = 'button';
      link.addEventListener('click', () => whole(rows, link.textContent));
      item.append(link);
      return item;
    }));
  }

  /* ---- a chart ---- */
  function ask(row) {
    if (!row.reason) return reveal(row, '');
    $('reason-flags').textContent = row.flags;
    $('reason-id').textContent = row.id;
    $('why').value = '';
    $('reason-form').onsubmit = event => {
      event.preventDefault();
      const why = $('why').value.trim();
      if (why) reveal(row, why);
    };
    show('reason');
    $('why').focus();
  }
  async function reveal(row, why) {
    try {
      const brief = !row.box && row.brief ? JSON.parse(await box(row.brief[0]))[row.brief[1]] : null;
      const drawn = row.box ? JSON.parse(await box(row.box)) : brief || { who: '', chart: '' };
      if (key === null) return;
      $('who').innerHTML = drawn.who;
      if (!drawn.who) $('who').append(bare(row));
      $('body').innerHTML = drawn.chart;
      $('only').hidden = row.box > 0;
      $('only').textContent = row.brief ? words.briefNote : words.indexNote;
      $('why-said').textContent = why ? say('whySaid', why) : '';
      // What leads to a page of the program leads nowhere here: it stays as words.
      document.querySelectorAll('#who a[href], #body a[href]').forEach(link => {
        const to = link.getAttribute('href');
        if (!(to.startsWith('#') && document.getElementById(to.slice(1)))) link.removeAttribute('href');
      });
      show('chart');
      $('main').focus();
    } catch {
      $('find-problem').textContent = words.damaged;
      show('find');
    }
  }
  function bare(row) {
    const who = make('section', '', 'who'), head = make('h1', `${row.name} `), facts = make('ul');
    head.append(make('span', row.kana, 'kana'), ' ', make('span', words.id, 'label'), ' ', make('span', row.id, 'id'));
    [[words.birth, row.birthWords], [words.sex, row.sex]].forEach(([label, value]) => {
      const fact = make('li');
      fact.append(make('span', label, 'label'), ' ', make('span', value, 'value'));
      facts.append(fact);
    });
    who.append(head, facts);
    return who;
  }

  /* ---- opening and locking ---- */
  const inputs = [...document.querySelectorAll('#unlock .digits input')];
  const digitsOf = text => text.normalize('NFKC').replace(/[^0-9]/g, '');
  /** MOD 97-10 over all 26 figures: a slip of the hand is told before anything is tried. */
  const right = digits => [...digits].reduce((rest, digit) => (rest * 10 + +digit) % 97, 0) === 1;

  function typed(event) {
    if (event.isComposing) return;
    // A scanner types all figures into one box; they are dealt out from there on.
    let at = inputs.indexOf(event.target), figures = digitsOf(event.target.value);
    event.target.value = figures.slice(0, event.target.maxLen);
    while (figures.length > inputs[at].maxLen && at + 1 < inputs.length) {
      figures = figures.slice(inputs[at].maxLen);
      inputs[++at].value = figures.slice(0, inputs[at].maxLen);
    }
    if (inputs[at].value.length === inputs[at].maxLen && at + 1 < inputs.length) inputs[at + 1].focus();
  }
  async function unlock(event) {
    event.preventDefault();
    const digits = inputs.map(input => digitsOf(input.value)).join(''), problem = $('unlock-problem');
    problem.textContent = '';
    if (digits.length !== 26) return void (problem.textContent = words.tooFew);
    if (!right(digits)) return void (problem.textContent = words.slip);
    if (sealed.data && !file) return void (problem.textContent = say('pick', sealed.data));
    problem.textContent = words.opening;
    $('go').disabled = true;
    try {
      key = await contentKey(digits.slice(0, 24));
      if (key === null) return void (problem.textContent = words.wrong);
      index = JSON.parse(await box(0));
      index.rows = index.rows.map(row => {
        const named = {};
        index.columns.forEach((name, at) => { named[name] = row[at]; });
        return named;
      });
      inputs.forEach(input => { input.value = ''; });
      problem.textContent = '';
      begin();
    } catch {
      key = index = null;
      problem.textContent = words.damaged;
    } finally {
      $('go').disabled = false;
    }
  }
  function begin() {
    index.same = new Map();
    index.rows.forEach(row => row.names[0] && index.same.set(row.names[0], (index.same.get(row.names[0]) || 0) + 1));
    const wards = [...new Set(index.rows.filter(row => row.ward).map(row => row.ward))].sort();
    const byBed = ward => index.rows.filter(row => row.ward === ward).sort((one, other) => one.place.localeCompare(other.place, 'ja', { numeric: true }));
    choices('wards', wards, byBed);
    const days = [...new Set(index.rows.flatMap(row => row.days))].sort();
    choices('days', days, day => index.rows.filter(row => row.days.includes(day)).sort((one, other) => one.plans < other.plans ? -1 : 1));
    $('held').textContent = index.held;
    $('found').hidden = true;
    $('q').value = '';
    show('find');
    $('q').focus();
  }
  function lock(why) {
    key = index = null;
    ['who', 'body', 'wards', 'days'].forEach(id => $(id).replaceChildren());
    $('hits').tBodies[0].replaceChildren();
    ['held', 'why-said', 'found-head', 'reason-flags', 'reason-id', 'find-problem'].forEach(id => { $(id).textContent = ''; });
    ['q', 'why'].forEach(id => { $(id).value = ''; });
    inputs.forEach(input => { input.value = ''; });
    $('unlock-problem').textContent = why;
    show('unlock');
  }

  let last = Date.now(), hidden = 0;
  const still = () => {
    if (key !== null && Date.now() - last > IDLE_MS) lock(words.lockedIdle);
    if (key !== null && document.hidden && hidden && Date.now() - hidden > HIDDEN_MS) lock(words.lockedHidden);
  };
  ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'].forEach(act => addEventListener(act, () => { still(); last = Date.now(); }, { passive: true }));
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return void (hidden = Date.now());
    if (key !== null && hidden && Date.now() - hidden > HIDDEN_MS) lock(words.lockedHidden);
    hidden = 0;
  });
  setInterval(() => { still(); age(); }, TICK_MS);

  inputs.forEach(input => {
    // The limit is kept here, since a scanner types all figures at once.
    input.maxLen = +input.dataset.figures;
    input.addEventListener('input', typed);
    input.addEventListener('compositionend', typed);
    // Who comes back to a box types it anew.
    input.addEventListener('focus', () => input.select());
  });
  $('unlock-form').addEventListener('submit', unlock);
  $('find-form').addEventListener('submit', event => {
    event.preventDefault();
    $('find-problem').textContent = '';
    if ($('q').value.trim()) {
      const rows = search($('q').value);
      list(rows, say('found', rows.length));
    }
  });
  $('lock').addEventListener('click', () => lock(words.locked));
  $('back').addEventListener('click', () => { show('find'); $('q').focus(); });
  $('reason-back').addEventListener('click', () => show('find'));
  $('print').addEventListener('click', () => { $('printed').textContent = words.printed; print(); });
  $('go-on').addEventListener('click', () => { show('unlock'); inputs[0].focus(); });
  $('data').addEventListener('change', () => {
    const picked = $('data').files[0], bytes = sealed.lengths.reduce((sum, length) => sum + length, 0);
    file = picked && picked.size === bytes ? picked : null;
    $('unlock-problem').textContent = file ? '' : say('pick', sealed.data);
  });

  $('data-field').hidden = !sealed.data;
  age();
  if (!(crypto.subtle && 'DecompressionStream' in window)) return;
  show(Date.now() > open.until ? 'warning' : 'unlock');
  if (!$('unlock').hidden) inputs[0].focus();
})();
