// Notes what a panel shows, each time that it changes, and when buttons are clicked. Watched again,
// it forgets what it noted. The times are those of the page: what a person would see.
root => {
  if (root.lossaccSeen) {
    root.lossaccSeen.length = 0;
    return;
  }
  const seen = [];
  root.lossaccSeen = seen;
  const note = what => {
    const curves = root.querySelector('.lossacc-curves [data-run]');
    const paths = [...root.querySelectorAll('.lossacc-curves svg path')];
    seen.push({
      at: performance.now(),
      what,
      run: curves?.dataset.run ?? null,
      stale: curves?.dataset.stale === 'true',
      drawn: paths.map(path => path.getAttribute('d')).join(' '),
      idle: [...root.querySelectorAll('button')].some(
        button => button.textContent.trim() === 'Five seeds' && !button.disabled),
      progress: root.querySelector('progress')?.value ?? null,
      status: root.querySelector('.lossacc-status')?.textContent.trim() ?? '',
    });
  };
  note('begin');
  root.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button) note(`click ${button.textContent.trim()}`);
  }, { capture: true });
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(() => note('change')).observe(root, everything);
}
