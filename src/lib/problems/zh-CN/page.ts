import type { chartProblems } from '../chart.ts';
import type { pageProblems } from '../page.ts';
import { translationOf } from './translation.ts';

const count = (n: number) => n.toLocaleString('zh-CN');

export const pageZh = translationOf<typeof pageProblems>()({
  'trust.script': (p) => ({
    message: `脚本 \`${p.cell}\` 尚未运行。`,
    cause: '此笔记本由他人制作。脚本在沙箱中运行，接触不到页面、存储和网络，但须经你允许。',
    hint: '请先阅读脚本，再允许此笔记本的脚本。'
  }),
  'trust.network': (p) => ({
    message: `\`${p.cell}\` 尚未请求 \`${p.address}\`。`,
    cause:
      '此笔记本由他人制作。请求会让接收方知道你打开了它，而对连接的查询以你的用户名和密码运行，因此须经你允许才会发送。',
    hint: '请检查地址或查询，再允许此笔记本的请求。'
  }),
  'page.unexpected': (p) => ({
    message: '页面出了差错。',
    cause: p.detail,
    hint: '键入的内容没有丢失。如果再次发生，请重新加载页面。'
  }),
  'page.name': (p) => ({
    message: `单元不能命名为 \`${p.name}\`。`,
    cause: p.detail,
    hint: p.remedy
  }),
  'page.engine-failed': (p) => ({
    message: '引擎没有启动。',
    cause: p.detail,
    hint: '请重新加载页面。键入的内容没有丢失。'
  }),
  'page.no-relation': (p) => ({
    message: `还没有表 \`${p.relation}\`。`,
    cause: p.known ? `现有的表是 ${p.known}。` : '还没有单元运行过。',
    hint: '请运行产生它的单元。'
  }),
  'page.no-notebook': (p) => ({
    message: `这里没有笔记本 \`${p.name}\`。`,
    cause: p.known ? `本站附带 ${p.known}。` : '它在另一个浏览器中制作，或已从此浏览器删除。',
    hint: '请在目录中选择一个。'
  }),
  'page.bad-link': () => ({
    message: '链接中没有完整的笔记本。',
    cause: '它被截断，或在途中改动过。',
    hint: '请再次索取链接，或索取 .qm.md 文件。'
  }),
  'page.storage': (p) => ({
    message: '此浏览器没有保存最近的编辑。',
    cause: p.detail,
    hint: '请下载笔记本以保留它；存储可能已满或已关闭。'
  })
});

export const chartZh = translationOf<typeof chartProblems>()({
  'chart.no-data': () => ({
    message: '图表没有写明表。',
    cause: '图表由 `data.name` 下的关系绘制。',
    hint: '请添加 `"data": {"name": "…"}`，写上单元的名称。'
  }),
  'chart.url': (p) => ({
    message: `${p.where} 要从地址读取。`,
    cause: '图表不从网络加载任何内容，这样笔记本就无法把你的数据送走。',
    hint: '请用 source 单元引入数据，并在 `data.name` 中写其名称；略去图片。'
  }),
  'chart.field-unknown': (p) => ({
    message: `\`${p.relation}\` 没有列 \`${p.field}\`。`,
    cause: `它的列是 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中一列，或用 `transform` 产生该列。'
  }),
  'chart.cut': (p) => ({
    message: `图表显示 ${count(p.rows)} 行中的前 ${count(p.shown)} 行。`,
    cause: '图表最多绘制这么多标记，以保持流畅。',
    hint: '请在编码或 query 单元中汇总，或在那里对行抽样。'
  }),
  'chart.selection': (p) => ({
    message: '`selection_as` 尚不起作用。',
    cause: `在此版本中，图表中框选的行不会成为关系 \`${p.name}\`。`,
    hint: '请改用 query 单元和参数来筛选。'
  })
});
