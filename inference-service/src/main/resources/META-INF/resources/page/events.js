import { ask, keyEntered } from './key.js';

const AGAIN_MS = 3000;

/**
 * Follows server-sent events for as long as the page is open. The browser's own EventSource cannot send a key.
 *
 * @param away told when the service cannot be reached or does not let us in, with the status where there is one
 */
export async function followEvents(address, each, away) {
  for (;;) {
    let refused = false;
    try {
      const response = await ask(address, { headers: { accept: 'text/event-stream' } });
      refused = response.status === 401 || response.status === 403;
      if (response.ok) {
        await read(response.body, each);
      } else {
        response.body?.cancel();
      }
      away(response.ok ? 0 : response.status);
    } catch {
      away(0);
    }
    await (refused ? keyEntered() : new Promise((later) => setTimeout(later, AGAIN_MS)));
  }
}

async function read(body, each) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const events = (rest + value).split(/\r?\n\r?\n/);
    rest = events.pop();
    for (const event of events) {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5))
        .join('\n');
      if (data) {
        each(JSON.parse(data));
      }
    }
  }
}
