/** The key with which this page asks; kept for this tab alone, and sent to this service alone. */

const NAME = 'slicer.key';
const $ = (id) => document.getElementById(id);
const waiting = [];

/** As `fetch`, with the key where there is one; a service that wants another one has it asked for. */
export async function ask(address, options = {}) {
  const key = sessionStorage.getItem(NAME);
  const response = await fetch(address, {
    ...options,
    headers: { ...options.headers, ...(key ? { authorization: `Bearer ${key}` } : {}) },
  });
  if (response.status === 401) {
    $('key-form').hidden = false;
    // A link sends no key.
    $('links').hidden = true;
  }
  return response;
}

/** Resolved once a key has been entered. */
export function keyEntered() {
  return new Promise((entered) => waiting.push(entered));
}

/** Calls what is to be asked again with another key. */
export function keys(changed) {
  $('key-form').addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem(NAME, $('key').value.trim());
    $('key').value = '';
    $('key-form').hidden = true;
    for (const entered of waiting.splice(0)) {
      entered();
    }
    changed();
  });
}
