import { ask } from './key.js';

/** What went wrong, in words, and when to try again where the service says so. */
export class Problem extends Error {
  constructor(title, detail, retrySeconds) {
    super(detail);
    this.title = title;
    this.retrySeconds = retrySeconds;
  }
}

const TITLES = {
  401: 'A key is needed',
  403: 'Your key may not do this',
  413: 'The text is too long',
  429: 'Many texts are waiting',
  503: 'No model is loaded yet',
  504: 'This took too long',
};

export async function tag(text, options, signal) {
  let response;
  try {
    response = await ask('v1/tag', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, options }),
      signal,
    });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Problem('The service cannot be reached', 'It is tried again in a moment.', 3);
  }
  if (response.ok) {
    return response.json();
  }
  const said = await response.json().catch(() => ({}));
  throw new Problem(
    TITLES[response.status] ?? said.title ?? `The service answered ${response.status}`,
    said.detail ?? '',
    Number(response.headers.get('retry-after')) || 0,
  );
}
