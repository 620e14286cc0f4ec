// Finds the sections in which all words stand. Those come first that have them side by side, as they
// were typed, and those that have them in their heading.
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const asked = new URLSearchParams(location.search).get("q") ?? "";
document.querySelector("[name=q]").value = asked;

function score(section, words) {
  const title = plain(section.title), text = plain(section.text);
  let sum = 0;
  for (const word of words) {
    const times = text.split(word).length - 1;
    if (!times && !title.includes(word)) return 0;
    sum += Math.min(times, 5) + (title.includes(word) ? 20 : 0);
  }
  const phrase = words.join(" ");
  return sum + (title.includes(phrase) ? 100 : 0) + (text.includes(phrase) ? 10 : 0);
}

function snippet(text, words) {
  const first = Math.min(...words.map((word) => plain(text).indexOf(word)).filter((n) => n >= 0), text.length);
  const from = first > 60 ? text.indexOf(" ", first - 60) + 1 : 0;
  const whole = text.lastIndexOf(" ", from + 180);  // no word is cut
  const end = from + 180 >= text.length ? text.length : whole > from ? whole : from + 180;
  return (from ? "… " : "") + text.slice(from, end) + (end < text.length ? " …" : "");
}

window.lossaccIndex = (sections) => {
  const words = plain(asked).split(/\s+/).filter(Boolean);
  if (!words.length) return;
  const hits = sections.map((section) => [score(section, words), section]).filter(([n]) => n);
  hits.sort(([a], [b]) => b - a);
  document.querySelector("#found").textContent =
    `${hits.length} ${hits.length === 1 ? "section has" : "sections have"} “${asked}”.`;
  for (const [, section] of hits.slice(0, 50)) {
    const item = document.createElement("li"), link = document.createElement("a"), told = document.createElement("p");
    link.href = section.url;
    link.textContent = `${section.page}: ${section.title}`;
    told.textContent = snippet(section.text, words);
    item.append(link, told);
    document.querySelector("#hits").append(item);
  }
};
