/* The little that the pages want from JavaScript; everything works without it save the copy button. */
(function () {
  'use strict';

  // On narrow windows menu and filters open by a button.
  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-hanse-toggle]');
    if (!button) { return; }
    var panel = document.getElementById(button.getAttribute('data-hanse-toggle'));
    var open = panel.classList.toggle('open');
    button.setAttribute('aria-expanded', String(open));
  });

  // A changed order is asked for at once.
  document.addEventListener('change', function (event) {
    if (event.target.matches('[data-hanse-submit]')) { event.target.form.requestSubmit(); }
  });

  // The other languages' links keep the filters that a part of the page was changed by since.
  document.addEventListener('click', function (event) {
    var link = event.target.closest('.hanse-languages a');
    if (link) { link.search = location.search; }
  });

  // Copy a text to the clipboard, where the browser lets us.
  if (navigator.clipboard) {
    document.querySelectorAll('[data-hanse-copy]').forEach(function (button) {
      button.hidden = false;
      button.addEventListener('click', function () {
        var text = document.getElementById(button.getAttribute('data-hanse-copy')).textContent.trim();
        navigator.clipboard.writeText(text).then(function () {
          button.textContent = button.getAttribute('data-hanse-done');
        });
      });
    });
  }

  // The account's menu closes by Escape and by a click elsewhere.
  var account = document.querySelector('.hanse-account');
  if (account) {
    document.addEventListener('click', function (event) {
      if (!account.contains(event.target)) { account.open = false; }
    });
    account.addEventListener('keydown', function (event) {
      if (event.key === 'Escape') { account.open = false; account.querySelector('summary').focus(); }
    });
  }

  // A form that is on its way is not sent again; the server would not act on it twice either.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.matches('[data-hanse-once]')) { return; }
    if (form.hasAttribute('data-sent')) { event.preventDefault(); return; }
    form.setAttribute('data-sent', '');
  });
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
  });

  // A button says whom it will show the dataset to.
  var sight = document.getElementById('field-private');
  document.querySelectorAll('[data-hanse-by-sight]').forEach(function (button) {
    var words = button.getAttribute('data-hanse-by-sight').split('|');
    if (!sight) { return; }
    sight.addEventListener('change', function () {
      button.textContent = words[sight.value === 'True' ? 0 : 1];
    });
  });

  // A list of entries in a form: add one, remove one (templates/scheming/form_snippets/hanse_objects.html).
  document.addEventListener('click', function (event) {
    var add = event.target.closest('[data-hanse-add]');
    var remove = event.target.closest('[data-hanse-remove]');
    if (add) {
      var list = document.getElementById(add.getAttribute('data-hanse-add'));
      var template = list.querySelector('template');
      var index = Number(list.getAttribute('data-next') || list.querySelectorAll('.hanse-entry').length);
      list.setAttribute('data-next', String(index + 1));
      var holder = document.createElement('div');
      holder.innerHTML = template.innerHTML.replaceAll('REPLACE', String(index));
      var entry = holder.firstElementChild;
      list.insertBefore(entry, template);
      var field = entry.querySelector('input, select, textarea');
      if (field) { field.focus(); }
    } else if (remove) {
      remove.closest('.hanse-entry').remove();
    }
  });

  // CKAN's fields that complete what is typed: what they are called, and no role they cannot have.
  function nameCompleting() {
    document.querySelectorAll('.select2-hidden-accessible').forEach(function (field) {
      var box = field.nextElementSibling;
      var label = field.labels && field.labels[0];
      var name = label ? label.textContent.trim() : field.getAttribute('aria-label') || field.getAttribute('placeholder');
      if (!name || !box || !box.matches('.select2-container')) { return; }
      box.querySelectorAll('[role=combobox], .select2-search__field').forEach(function (part) {
        part.setAttribute('aria-label', name);
      });
      box.querySelectorAll('textarea[role=searchbox]').forEach(function (part) { part.removeAttribute('role'); });
    });
  }
  // CKAN makes them when it has its translations, and again for an entry that is added.
  if (document.querySelector('[data-module~=autocomplete]')) {
    new MutationObserver(function (changes) {
      var made = changes.some(function (change) {
        return [...change.addedNodes].some(function (node) { return node.matches && node.matches('.select2-container'); });
      });
      if (made) { nameCompleting(); }
    }).observe(document.body, { childList: true, subtree: true });
  }

  // The address of a new page follows its title until somebody types one.
  document.querySelectorAll('[data-hanse-slug]').forEach(function (slug) {
    var title = document.getElementById(slug.getAttribute('data-hanse-slug'));
    var own = slug.value !== '';
    if (!title) { return; }
    slug.addEventListener('input', function () { own = slug.value !== ''; });
    title.addEventListener('input', function () {
      if (own) { return; }
      var plain = title.value.toLowerCase()
        .replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss');
      slug.value = plain.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
        .replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 95);
    });
  });

  // A form's file: choosing one names the way the data comes in.
  document.querySelectorAll('[data-hanse-upload]').forEach(function (box) {
    var file = box.querySelector('input[type=file]');
    var link = box.querySelector('input[data-hanse-url]');
    function sync() {
      var chosen = box.querySelector('input[name=url_type]:checked').value;
      var kind = chosen !== 'push' && file && file.files.length ? 'upload' : chosen;
      box.setAttribute('data-kind', kind || 'link');
    }
    box.addEventListener('change', function (event) {
      if (event.target === file && file.files.length) {
        box.querySelector('input[name=url_type][value=upload]').checked = true;
        var name = document.getElementById('field-name');
        if (name && !name.value && box.getAttribute('data-hanse-upload') !== 'list') { name.value = file.files[0].name; }
      }
      if (event.target.name === 'url_type' && link && event.target.value === '') { link.focus(); }
      sync();
    });
    sync();
  });
})();
