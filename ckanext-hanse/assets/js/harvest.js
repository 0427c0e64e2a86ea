/* Pages of sources: what a choice makes needless is hidden, and a list is chosen at once. */
(function () {
  'use strict';

  // Fields of a schedule that the chosen kind does not need.
  document.querySelectorAll('[data-hanse-schedule]').forEach(function (box) {
    function sync() {
      var chosen = box.querySelector('input[name=schedule_kind]:checked');
      box.querySelectorAll('[data-for]').forEach(function (part) {
        part.hidden = !chosen || part.getAttribute('data-for').split(' ').indexOf(chosen.value) < 0;
      });
    }
    box.addEventListener('change', sync);
    sync();
  });

  // Settings of the other kinds of portal.
  document.querySelectorAll('[data-hanse-kind]').forEach(function (select) {
    function sync() {
      document.querySelectorAll('[data-hanse-of-kind]').forEach(function (part) {
        part.hidden = part.getAttribute('data-hanse-of-kind') !== select.value;
      });
    }
    select.addEventListener('change', sync);
    sync();
  });

  // All of a list, or none.
  document.querySelectorAll('[data-hanse-all]').forEach(function (label) {
    var all = label.querySelector('input');
    var boxes = label.closest('table').querySelectorAll('tbody input[type=checkbox]');
    label.hidden = false;
    all.addEventListener('change', function () {
      boxes.forEach(function (box) { box.checked = all.checked; });
    });
  });
})();
