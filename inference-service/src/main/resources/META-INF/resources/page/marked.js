import { nameOf, toneOf } from './types.js';

/** A text with its entities marked, as nodes: what came over the network is never read as HTML. */
export function marked(text, entities, { focusable }) {
  const nodes = document.createDocumentFragment();
  let end = 0;
  // Offsets are UTF-16 units, as JavaScript's own.
  for (const entity of entities) {
    nodes.append(text.slice(end, entity.start), mark(text, entity, focusable));
    end = entity.end;
  }
  nodes.append(text.slice(end));
  return nodes;
}

export function percent(score) {
  // 100 % is said only of what is exactly that.
  return `${score === 1 ? 100 : Math.min(99, Math.round(score * 100))} %`;
}

function mark(text, entity, focusable) {
  const mark = document.createElement('mark');
  mark.className = `tone-${toneOf(entity.type)}`;
  mark.dataset.type = entity.type;
  // Shown behind the words by the style sheet, so that a copied text is the text alone.
  mark.dataset.name = nameOf(entity.type);
  mark.textContent = text.slice(entity.start, entity.end);
  if (focusable) {
    mark.tabIndex = 0;
    mark.setAttribute('role', 'group');
    mark.setAttribute('aria-label', `${mark.textContent}, ${nameOf(entity.type)}, ${percent(entity.score)}`);
    mark.dataset.tip =
      `${nameOf(entity.type)} (${entity.type}) · ${percent(entity.score)} sure\n` +
      `UTF-16 units ${entity.start}–${entity.end} · code points ${entity.startCodePoint}–${entity.endCodePoint}`;
  }
  return mark;
}
