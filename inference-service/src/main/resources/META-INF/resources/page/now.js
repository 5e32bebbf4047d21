import { followEvents } from './events.js';
import { marked } from './marked.js';
import { summary } from './types.js';

const SHOWN = 20;
const MINUTE = 60;
const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const rates = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const AWAY = { 401: 'A key is needed', 403: 'Your key does not show what goes on here' };
const SOURCES = { rest: 'HTTP', kafka: 'Kafka' };

const $ = (id) => document.getElementById(id);

/** Follows the service: counts, throughput, the model, and a sample of the documents that are being tagged. */
export function follow(onModel) {
  const lastMinute = [];
  let paused = false;

  $('pause').addEventListener('click', () => {
    paused = !paused;
    $('pause').setAttribute('aria-pressed', String(paused));
    $('pause').textContent = paused ? 'Go on' : 'Pause';
  });

  followEvents('v1/stream', (now) => {
    showModel(now.model);
    onModel(now.model);
    $('rate').textContent = rates.format(now.documentsPerSecond);
    $('documents').textContent = numbers.format(now.documents);
    $('entities').textContent = numbers.format(now.entities);
    lastMinute.push(now.documentsPerSecond);
    lastMinute.splice(0, lastMinute.length - MINUTE);
    draw($('spark'), lastMinute);
    note(now);
    if (!paused && now.sample.length > 0) {
      $('feed').prepend(...now.sample.map(item).reverse());
      while ($('feed').childElementCount > SHOWN) {
        $('feed').lastElementChild.remove();
      }
    }
  }, (status) => {
    $('model').dataset.state = 'away';
    $('model-words').textContent = AWAY[status] ?? 'The service cannot be reached';
  });
}

function showModel(model) {
  $('model').dataset.state = model ? 'serving' : 'none';
  const words = model ? `${model.modelId} · ${model.precision}` : 'No model is loaded yet';
  // Only news are read out.
  if ($('model-words').textContent !== words) {
    $('model-words').textContent = words;
  }
}

function note(now) {
  const words = !now.texts
    ? 'Texts may be confidential and are not shown here; slicer.inference.feed-texts=true shows them.'
    : 'A sample of what arrives over HTTP and Kafka.';
  if ($('feed-note').textContent !== words) {
    $('feed-note').textContent = words;
  }
}

function item(document_) {
  const li = document.createElement('li');
  if (document_.text !== undefined) {
    const text = document.createElement('p');
    text.className = 'marked';
    text.dir = 'auto';
    text.append(marked(document_.text, document_.entities, { focusable: false }));
    if (document_.text.length < document_.length) {
      text.append('…');
    }
    li.append(text);
  }
  const about = document.createElement('p');
  about.className = 'quiet';
  const found = summary(new Map(Object.entries(document_.types)));
  about.textContent = [
    SOURCES[document_.source] ?? document_.source,
    languageName(document_.language),
    `${numbers.format(document_.length)} characters`,
    found || 'no names',
  ]
    .filter(Boolean)
    .join(' · ');
  li.append(about);
  return li;
}

export function languageName(code) {
  if (!code) {
    return '';
  }
  try {
    const name = new Intl.DisplayNames([navigator.language || 'en'], { type: 'language' }).of(code);
    return name === code ? `language ${code}` : name;
  } catch {
    return code;
  }
}

function draw(svg, values) {
  const [line, area] = [svg.querySelector('.line'), svg.querySelector('.area')];
  const most = Math.max(1, ...values);
  const points = values.map((value, i) => {
    const x = 240 - (values.length - 1 - i) * (240 / (MINUTE - 1));
    return `${x.toFixed(1)} ${(46 - (value / most) * 42).toFixed(1)}`;
  });
  line.setAttribute('d', `M${points.join('L')}`);
  area.setAttribute('d', `M${points[0].split(' ')[0]} 48L${points.join('L')}L240 48Z`);
}
