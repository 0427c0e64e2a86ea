// What a screen reader would miss on this page: a list of sentences, empty when all is well.
const wrong = [];
const count = (css) => document.querySelectorAll(css).length;
if (count('h1') !== 1) { wrong.push(`${count('h1')} h1`); }
if (count('main') !== 1) { wrong.push(`${count('main')} main`); }
if (!document.documentElement.lang) { wrong.push('no lang'); }
const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
ids.filter((id, i) => id && ids.indexOf(id) !== i).forEach((id) => wrong.push(`id ${id} twice`));
const named = (e) => (e.getAttribute('aria-label') || e.textContent || '').trim()
  || [...e.querySelectorAll('img')].some((i) => i.alt);
document.querySelectorAll('a[href], button').forEach((e) => {
  if (!named(e)) { wrong.push(`no name: ${e.outerHTML.slice(0, 120)}`); }
});
document.querySelectorAll('input:not([type=hidden]), select, textarea').forEach((e) => {
  if (!e.labels.length && !e.getAttribute('aria-label')) { wrong.push(`no label: ${e.outerHTML.slice(0, 120)}`); }
});
document.querySelectorAll('img').forEach((e) => {
  if (!e.hasAttribute('alt')) { wrong.push(`no alt: ${e.src}`); }
});
document.querySelectorAll('[aria-labelledby], [aria-describedby], [aria-controls]').forEach((e) => {
  ['aria-labelledby', 'aria-describedby', 'aria-controls'].forEach((name) => {
    (e.getAttribute(name) || '').split(/\s+/).filter(Boolean).forEach((id) => {
      if (!document.getElementById(id)) { wrong.push(`${name} names ${id}, which is not there`); }
    });
  });
});
return wrong;
