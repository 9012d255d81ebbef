import mermaid from 'mermaid';

let counter = 0;
let queue: Promise<void> = Promise.resolve();

/**
 * Draws the diagrams under `root` one after the other, in the colours of the page as they are now.
 * One that cannot be drawn keeps its text and says so.
 */
export function drawDiagrams(
  root: ParentNode,
  words: { readonly broken: string; readonly name: string }
): Promise<void> {
  queue = queue.then(async () => {
    for (const figure of root.querySelectorAll<HTMLElement>('[data-diagram]')) {
      await drawDiagram(figure, words);
    }
  });
  return queue;
}

async function drawDiagram(
  figure: HTMLElement,
  words: { readonly broken: string; readonly name: string }
) {
  const text = figure.querySelector('pre')?.textContent ?? '';
  const id = `qm-diagram-${++counter}`;
  try {
    mermaid.initialize(options());
    const { svg } = await mermaid.render(id, text);
    figure.querySelector('.diagram')?.remove();
    const holder = document.createElement('div');
    holder.className = 'diagram';
    holder.setAttribute('role', 'img');
    holder.setAttribute('aria-label', words.name);
    holder.innerHTML = svg;
    figure.append(holder);
    figure.classList.add('drawn');
  } catch {
    document.getElementById(`d${id}`)?.remove();
    if (figure.querySelector('figcaption')) return;
    const caption = document.createElement('figcaption');
    caption.textContent = words.broken;
    figure.append(caption);
  }
}

function options() {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    startOnLoad: false,
    securityLevel: 'strict' as const,
    suppressErrorRendering: true,
    theme: 'base' as const,
    look: 'classic' as const,
    fontFamily: token('--font-ui'),
    flowchart: { curve: 'basis' as const, padding: 10, nodeSpacing: 28, rankSpacing: 36 },
    themeVariables: {
      darkMode: document.documentElement.dataset['theme'] === 'dark',
      fontFamily: token('--font-ui'),
      fontSize: '13px',
      background: token('--paper'),
      primaryColor: token('--sheet'),
      primaryTextColor: token('--ink'),
      primaryBorderColor: token('--edge'),
      secondaryColor: token('--well'),
      secondaryTextColor: token('--ink'),
      secondaryBorderColor: token('--hairline-2'),
      tertiaryColor: token('--well'),
      tertiaryTextColor: token('--ink'),
      tertiaryBorderColor: token('--hairline-2'),
      lineColor: token('--ink-3'),
      textColor: token('--ink'),
      edgeLabelBackground: token('--paper'),
      clusterBkg: token('--well'),
      clusterBorder: token('--hairline-2'),
      noteBkgColor: token('--wait-soft'),
      noteTextColor: token('--ink'),
      noteBorderColor: token('--wait-line')
    }
  };
}
