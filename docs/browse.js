// Narrows the table of the evidence browser to the rows that hold every word.
(() => {
  const rows = [...document.querySelectorAll("#browse-table tbody tr")];
  const get = (id) => document.getElementById(id);
  const [words, domain, kind, count] = ["words", "domain", "kind", "count"].map((id) => get(`browse-${id}`));
  const texts = rows.map((row) => row.textContent.toLowerCase());
  for (const name of [...new Set(rows.map((row) => row.dataset.domain))].sort()) {
    domain.add(new Option(name.replaceAll("_", " "), name));
  }
  const narrow = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, place) => {
      const fits =
        (!domain.value || row.dataset.domain === domain.value) &&
        (!kind.value || row.dataset.kind === kind.value) &&
        wanted.every((word) => texts[place].includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${rows.length} rows`;
  };
  [words, domain, kind].forEach((field) => field.addEventListener("input", narrow));
  narrow();
})();
