/* A search field that offers titles of datasets as one types: a combobox with a list (ARIA APG).
   Without JavaScript, or when nothing answers, the field is what it was. */
(function () {
  'use strict';

  var PAUSE = 180; // ms without a key before the catalogue is asked
  var fields = 0;

  function make(tag, name, text) {
    var element = document.createElement(tag);
    element.className = name;
    if (text) { element.textContent = text; }
    return element;
  }

  function attach(input) {
    var list = make('ul', 'hanse-complete');
    var options = [];
    var active = -1;
    var timer, request;

    list.id = 'hanse-complete-' + (fields += 1);
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', input.getAttribute('data-hanse-complete-label'));
    input.form.classList.add('hanse-completes');
    input.form.appendChild(list);
    input.autocomplete = 'off';
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-expanded', 'false');

    function activate(index) {
      active = index;
      options.forEach(function (option, at) { option.setAttribute('aria-selected', String(at === index)); });
      if (index < 0) { input.removeAttribute('aria-activedescendant'); return; }
      input.setAttribute('aria-activedescendant', options[index].id);
      options[index].scrollIntoView({ block: 'nearest' });
    }

    function close() {
      clearTimeout(timer);
      if (request) { request.abort(); }
      list.hidden = true;
      input.setAttribute('aria-expanded', 'false');
      activate(-1);
    }

    function go(option) { window.location.assign(option.getAttribute('data-url')); }

    function show(datasets) {
      options = datasets.map(function (dataset, index) {
        var option = make('li', '');
        var title = make('span', 'hanse-complete-title', dataset.title);
        option.id = list.id + '-' + index;
        option.setAttribute('role', 'option');
        option.setAttribute('data-url', dataset.url);
        if (dataset.lang) { title.lang = dataset.lang; }
        option.append(title, ' ', make('span', 'hanse-complete-city', dataset.city));
        option.addEventListener('click', function () { go(option); });
        return option;
      });
      list.replaceChildren.apply(list, options);
      list.hidden = !options.length;
      input.setAttribute('aria-expanded', String(!list.hidden));
      activate(-1);
    }

    function ask() {
      var url = new URL(input.getAttribute('data-hanse-complete'), window.location.href);
      url.searchParams.set('q', input.value);
      request = new AbortController();
      fetch(url, { signal: request.signal, headers: { Accept: 'application/json' } })
        .then(function (answer) { return answer.ok ? answer.json() : { datasets: [] }; })
        .then(function (answer) { show(answer.datasets); })
        .catch(function () { /* aborted, or nobody answers: the plain search remains */ });
    }

    input.addEventListener('input', function () {
      clearTimeout(timer);
      if (request) { request.abort(); }
      if (input.value.trim().length < 2) { close(); return; }
      timer = setTimeout(ask, PAUSE);
    });

    input.addEventListener('keydown', function (event) {
      if (event.key === 'Enter') {
        if (active >= 0) { event.preventDefault(); go(options[active]); }
        close();
      } else if (list.hidden || event.isComposing) {
        return;
      } else if (event.key === 'Escape') {
        event.preventDefault();
        close();
      } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        // The field itself stands before the first and after the last title.
        var places = options.length + 1;
        activate((active + 1 + (event.key === 'ArrowDown' ? 1 : places - 1)) % places - 1);
      }
    });

    input.addEventListener('blur', close);
    list.addEventListener('mousedown', function (event) { event.preventDefault(); }); // keeps the focus
  }

  document.querySelectorAll('input[data-hanse-complete]').forEach(attach);
})();
