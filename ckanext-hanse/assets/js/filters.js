/* The filters of a search page: handles for the years, searching in a long list, and what is folded. */
(function () {
  'use strict';
  var folded = {};
  var drawer = false;

  // What only a script can do is shown now, and again when htmx has replaced the filters.
  function prepare() {
    document.querySelectorAll('[data-hanse-years], [data-hanse-find-in]').forEach(function (part) { part.hidden = false; });
    document.querySelectorAll('.hanse-facet-list details[id]').forEach(function (part) {
      if (part.id in folded && part.open !== folded[part.id]) { part.open = folded[part.id]; }
    });
    if (drawer) { show(true); }
  }
  function show(open) {
    var list = document.getElementById('hanse-facet-list');
    if (!list) { return; }
    list.classList.toggle('open', open);
    document.querySelector('.hanse-facets-button').setAttribute('aria-expanded', String(open));
  }
  prepare();
  ['htmx:oobAfterSwap', 'htmx:historyRestore', 'htmx:load'].forEach(function (name) {
    document.addEventListener(name, prepare);
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('.hanse-facets-button')) {
      drawer = document.getElementById('hanse-facet-list').classList.contains('open');
    } else if (event.target.closest('[data-hanse-facets-done]')) {
      drawer = false;
      show(false);
    }
    var summary = event.target.closest('.hanse-facet-list summary');
    if (summary && summary.parentElement.id) { folded[summary.parentElement.id] = !summary.parentElement.open; }
  });

  // A removed filter takes the focus with it; what follows it, or the count, gets it.
  var removed = false;
  document.addEventListener('click', function (event) { removed = Boolean(event.target.closest('.hanse-chips a')); });
  document.addEventListener('htmx:afterSettle', function () {
    if (!removed || document.activeElement !== document.body) { return; }
    removed = false;
    var next = document.querySelector('.hanse-chips a, .hanse-results-head h2');
    if (next) { next.focus(); }
  });

  // The handles write into the two fields; crossed ones mean the same.
  function handles(box) {
    var inputs = [...box.querySelectorAll('input')];
    var years = inputs.map(function (input) { return Number(input.value); });
    return { low: Math.min(...years), high: Math.max(...years), min: Number(inputs[0].min), max: Number(inputs[0].max) };
  }
  document.addEventListener('input', function (event) {
    var box = event.target.closest('[data-hanse-years]');
    if (!box) { return; }
    var at = handles(box);
    document.getElementById('years-from').value = at.low > at.min ? at.low : '';
    document.getElementById('years-to').value = at.high < at.max ? at.high : '';
    box.closest('details').querySelectorAll('[data-year]').forEach(function (bar) {
      var year = Number(bar.getAttribute('data-year'));
      bar.classList.toggle('outside', year < at.low || year > at.high);
    });
  });
  // With the keyboard a handle moves year by year; the search waits until it rests.
  var resting;
  document.addEventListener('change', function (event) {
    if (!event.target.closest('[data-hanse-years]')) { return; }
    clearTimeout(resting);
    resting = setTimeout(function () { document.getElementById('dataset-search-form').requestSubmit(); }, 400);
  });

  // Letters typed above a long list leave the values that have them.
  document.addEventListener('input', function (event) {
    if (!event.target.matches('[data-hanse-find-in]')) { return; }
    var values = event.target.closest('.hanse-facet-values');
    var letters = event.target.value.trim().toLowerCase();
    var more = values.querySelector('.hanse-facet-more');
    var shown = 0;
    values.querySelectorAll('li').forEach(function (item) {
      var label = item.querySelector('.hanse-facet-label').textContent.toLowerCase();
      item.hidden = !label.includes(letters);
      shown += item.hidden ? 0 : 1;
    });
    if (more) { more.open = letters !== ''; }
    var none = values.querySelector('[data-none]');
    none.textContent = shown ? '' : none.getAttribute('data-none');
    none.classList.toggle('visually-hidden', shown > 0);
  });

  // What is not filled in is not in the address.
  document.addEventListener('formdata', function (event) {
    if (event.target.id !== 'dataset-search-form') { return; }
    [...new Set(event.formData.keys())].forEach(function (name) {
      var values = event.formData.getAll(name).filter(function (value) { return value !== ''; });
      event.formData.delete(name);
      values.forEach(function (value) { event.formData.append(name, value); });
    });
  });
})();
