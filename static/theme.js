// Runs before the first paint, so that the page never flashes in the wrong theme.
(function () {
  var root = document.documentElement;
  var stored = function (key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  var theme = stored('qm-theme');
  var dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';
  var contrast = stored('qm-contrast');
  var more = contrast ? contrast === 'more' : matchMedia('(prefers-contrast: more)').matches;
  if (more) root.dataset.contrast = 'more';
  var lang = stored('qm-lang') || (/^zh/i.test(navigator.language) ? 'zh-CN' : 'en');
  root.lang = lang === 'zh-CN' ? 'zh-CN' : 'en';
})();
