// Before the first paint: the theme that the reader chose on this site, if any.
try {
  const chosen = localStorage.getItem("lossacc-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* no storage: the system's theme */ }
