const GAP = 8;

/** Shows what `data-tip` of an element says while it is pointed at or focused; Escape hides it. */
export function tips(container, tip) {
  let shown = null;

  function show(element) {
    shown = element;
    tip.textContent = element.dataset.tip;
    tip.hidden = false;
    // An entity over a line's end has several boxes; the first is where reading it begins.
    const at = element.getClientRects()[0];
    const left = Math.min(Math.max(GAP, at.left), document.documentElement.clientWidth - tip.offsetWidth - GAP);
    const above = at.top - tip.offsetHeight - GAP;
    tip.style.setProperty('left', `${Math.max(GAP, left)}px`);
    tip.style.setProperty('top', `${above < GAP ? at.bottom + GAP : above}px`);
    element.setAttribute('aria-describedby', tip.id);
  }

  function hide() {
    shown?.removeAttribute('aria-describedby');
    shown = null;
    tip.hidden = true;
  }

  const tipped = (event) => event.target.closest?.('[data-tip]');
  for (const type of ['pointerover', 'focusin']) {
    container.addEventListener(type, (event) => tipped(event) && show(tipped(event)));
  }
  container.addEventListener('pointerout', () => shown === document.activeElement || hide());
  container.addEventListener('focusout', hide);
  document.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
  window.addEventListener('scroll', () => shown && show(shown), { passive: true });
  return hide;
}
