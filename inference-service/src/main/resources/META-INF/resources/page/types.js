/** What entity types are called, and which of the page's colours they have. */

const KNOWN = {
  PER: ['person', 'people', 0],
  PERSON: ['person', 'people', 0],
  ORG: ['organisation', 'organisations', 1],
  LOC: ['place', 'places', 2],
  GPE: ['place', 'places', 2],
  DATE: ['date', 'dates', 3],
  TIME: ['time', 'times', 3],
  MISC: ['other name', 'other names', 4],
};
const FIRST_FREE_TONE = 4;
const TONES = 8;

export function nameOf(type, count = 1) {
  const known = KNOWN[type];
  return known ? known[count === 1 ? 0 : 1] : type;
}

/** The same for the same type always, so that a colour keeps its meaning from text to text. */
export function toneOf(type) {
  if (KNOWN[type]) {
    return KNOWN[type][2];
  }
  let sum = 0;
  for (const unit of type) {
    sum = (sum * 31 + unit.codePointAt(0)) % 9973;
  }
  return FIRST_FREE_TONE + (sum % (TONES - FIRST_FREE_TONE));
}

/** "2 people, 1 place", the most frequent first. */
export function summary(counts) {
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([type, count]) => `${count} ${nameOf(type, count)}`)
    .join(', ');
}

export function countByType(entities) {
  const counts = new Map();
  for (const { type } of entities) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}
