import { Problem, tag } from './api.js';
import { keys } from './key.js';
import { marked } from './marked.js';
import { follow, languageName } from './now.js';
import { tips } from './tip.js';
import { countByType, nameOf, summary, toneOf } from './types.js';

const TYPING_PAUSE_MS = 350;
/** Longer texts are read when the button is pressed, not after each key. */
const AS_YOU_TYPE = 5000;
const milliseconds = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });

const SAMPLES = [
  ['Kiswahili', 'sw', 'Wangari Maathai alizaliwa Nyeri na alifanya kazi katika Chuo Kikuu cha Nairobi.'],
  ['العربية', 'ar', 'ولد نجيب محفوظ في القاهرة ودرس الفلسفة في جامعة القاهرة.'],
  ['Yorùbá', 'yo', 'Wọ́n bí Wọlé Ṣóyínká ní ìlú Abẹ́òkúta.'],
  ['हिन्दी', 'hi', 'महादेवी वर्मा इलाहाबाद में रहती थीं।'],
  ['中文', 'zh', '屠呦呦出生于宁波,在北京大学学习。'],
  ['Deutsch 🌳', 'de', '🌳 Im Botanischen Garten Berlin traf Lise Meitner 1920 eine Freundin aus Wien.'],
];

const $ = (id) => document.getElementById(id);
const form = $('form');
const text = $('text');
const hideTip = tips($('marked'), $('tip'));
let running = new AbortController();
let timer = 0;
let shown = null;
const hiddenTypes = new Set();

for (const [name, language, sample] of SAMPLES) {
  const button = document.createElement('button');
  button.type = 'button';
  button.lang = language;
  button.textContent = name;
  button.addEventListener('click', () => {
    text.value = sample;
    read();
  });
  $('samples').append(button);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  read();
});
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    read();
  }
});
text.addEventListener('input', () => {
  if (text.value.length <= AS_YOU_TYPE) {
    later(TYPING_PAUSE_MS);
  }
});
form.addEventListener('change', (event) => event.target !== text && read());
form.elements.minScore.addEventListener('input', () => {
  $('least').textContent = `${Math.round(form.elements.minScore.value * 100)} %`;
});

// A text that waited for a model is read as soon as there is one.
let hadModel = true;
follow((model) => {
  const arrived = model && !hadModel;
  hadModel = Boolean(model);
  if (arrived && !$('problem').hidden) {
    read();
  }
});
keys(read);
if (text.value) {
  // What the browser kept over a reload.
  read();
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(read, wait);
}

async function read() {
  clearTimeout(timer);
  // The answer to what was asked before is not wanted any more; the service then drops the work.
  running.abort();
  running = new AbortController();
  const mine = running;
  const value = text.value.toWellFormed?.() ?? text.value;
  if (value.trim() === '') {
    $('result').hidden = true;
    tell(null);
    return;
  }
  const options = {
    aggregation: form.elements.aggregation.value,
    decoder: form.elements.decoder.value,
    minScore: Number(form.elements.minScore.value),
  };
  $('result').setAttribute('aria-busy', 'true');
  try {
    const answer = await tag(value, options, mine.signal);
    shown = { text: value, answer };
    tell(null);
    show();
  } catch (failure) {
    if (failure.name === 'AbortError') {
      return;
    }
    tell(failure);
    if (failure.retrySeconds > 0) {
      later(failure.retrySeconds * 1000);
    }
  } finally {
    if (mine === running) {
      $('result').removeAttribute('aria-busy');
    }
  }
}

function tell(failure) {
  $('problem').hidden = failure === null;
  if (failure === null) {
    return;
  }
  const title = document.createElement('strong');
  title.textContent = failure instanceof Problem ? failure.title : 'This page has a fault';
  const sentences = [sentence(failure.message)];
  if (failure.retrySeconds > 0) {
    sentences.push(`Trying again in ${failure.retrySeconds} s.`);
  }
  $('problem').replaceChildren(title, sentences.join(' '));
}

/** The service's details are parts of sentences. */
function sentence(detail) {
  const end = /[.!?]$/.test(detail) || detail === '' ? '' : '.';
  return detail.charAt(0).toUpperCase() + detail.slice(1) + end;
}

function show() {
  const { answer } = shown;
  hideTip();
  const counts = countByType(answer.entities);
  $('result').hidden = false;
  $('summary').textContent = answer.entities.length === 0 ? 'No names were found.' : `Found ${summary(counts)}.`;
  $('legend').replaceChildren(...[...counts].map(([type, count]) => legendButton(type, count)));
  $('timing').textContent = [
    languageName(answer.language) + (answer.languageDetected ? ', as it seems' : ''),
    `${milliseconds.format(answer.timing.taggingMilliseconds)} ms in the model`,
    `${milliseconds.format(answer.timing.queuedMilliseconds)} ms waiting`,
    answer.modelId,
  ]
    .filter(Boolean)
    .join(' · ');
  showMarked();
}

function showMarked() {
  const { text: tagged, answer } = shown;
  const entities = answer.entities.filter(({ type }) => !hiddenTypes.has(type));
  $('marked').replaceChildren(marked(tagged, entities, { focusable: true }));
}

function legendButton(type, count) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `tone-${toneOf(type)}`;
  button.textContent = `${nameOf(type, count)} ${count}`;
  button.setAttribute('aria-pressed', String(!hiddenTypes.has(type)));
  button.addEventListener('click', () => {
    if (!hiddenTypes.delete(type)) {
      hiddenTypes.add(type);
    }
    button.setAttribute('aria-pressed', String(!hiddenTypes.has(type)));
    showMarked();
  });
  return button;
}
