import type { notebookProblems } from '../notebook.ts';
import { translationOf } from './translation.ts';

const nameRule = '名称以字母或下划线开头，其后为字母、数字和下划线，最多 63 个字符。';

export const notebookZh = translationOf<typeof notebookProblems>()({
  'notebook.version': (p) => ({
    message: `此笔记本按格式版本 ${p.version} 写成。`,
    cause: '本工作台只认识版本 1。',
    hint: '请写 `quartermaster: 1`，或用制作它的程序打开文件。'
  }),
  'notebook.front-matter': (p) => ({
    message: '顶部两行 `---` 之间的内容无法读懂。',
    cause: p.detail,
    hint: '请每行写一个 `key: value`。下面的单元不受影响。'
  }),
  'notebook.seed': (p) => ({
    message: `\`seed\` 不能是 ${p.seed}。`,
    cause: '它是一个整数，所有随机选择都由它决定。现改用 1。',
    hint: '请写一个整数。'
  }),
  'notebook.conflict': (p) => ({
    message: `第 ${p.line} 行有未解决的合并冲突。`,
    cause: 'Git 把两个版本都留在文件中，位于 `<<<<<<<` 与 `>>>>>>>` 两行之间。',
    hint: '请保留一个版本或两者的部分，并去掉标记行。'
  }),
  'notebook.comment-unclosed': (p) => ({
    message: `从第 ${p.line} 行开始的 HTML 注释没有结尾。`,
    cause: '其后的一切都算作注释，单元也不例外。',
    hint: '请在注释结束处写 `-->`。'
  }),
  'notebook.fence-unclosed': (p) => ({
    message: `从第 ${p.line} 行开始的代码块没有结尾。`,
    cause: '其后的一切都算作其中的内容，单元也不例外。',
    hint: `请在代码块结束处单独一行写 \`${p.fence}\`。`
  }),
  'notebook.name-invalid': (p) => ({
    message: p.name ? `\`${p.name}\` 不能作为单元名称。` : '单元需要名称。',
    cause: nameRule,
    hint: '请选一个这样的名称；任何文字均可。'
  }),
  'notebook.name-taken': (p) => ({
    message: `名称 \`${p.name}\` 已被占用。`,
    cause: `单元 \`${p.owner}\` 产生同名的表。`,
    hint: '请选别的名称，或先重命名那个单元。'
  }),
  'notebook.name-shadow': (p) => ({
    message: `\`${p.name}\` 在单元 \`${p.cell}\` 中已有别的含义。`,
    cause: '其 SQL 把这个名称给了 WITH 表或别名，会遮住重命名后的单元。',
    hint: `请选别的名称，或先改动 \`${p.cell}\` 的 SQL。`
  }),
  'cell.unclosed': (p) => ({
    message: `单元 \`${p.name}\` 没有结束围栏。`,
    cause: '直到文件末尾的一切都算作它的内容。',
    hint: `请在单元结束处单独一行写 \`${p.fence}\`。`
  }),
  'cell.name-invalid': (p) => ({
    message: p.name ? `\`${p.name}\` 不能作为单元名称。` : '单元没有名称。',
    cause: nameRule,
    hint: '请修正围栏行上冒号之后的名称。'
  }),
  'cell.flags-invalid': (p) => ({
    message: '此单元的围栏行无法读懂。',
    cause: p.detail,
    hint: '名称之后可写 `run=auto`、`run=manual` 或 `run=off`，`show=both`、`show=code`、`show=result` 或 `show=none`，`refresh=5s`，以及 script 单元的 `reads=a,b`。'
  }),
  'cell.flag-unknown': (p) => ({
    message: `\`${p.flag}\` 对 ${p.kind} 单元不起作用。`,
    cause: '它原样保留。',
    hint: '请去掉它，或用更新的版本打开文件。'
  }),
  'cell.conflict': (p) => ({
    message: `单元 \`${p.name}\` 含有合并的两个版本。`,
    cause: 'Git 无法判断保留哪一个。',
    hint: '请保留其一，或写出应有的内容。'
  }),
  'cell.kind-unknown': (p) => ({
    message: `没有名为 \`${p.kind}\` 的单元种类。`,
    cause: '它可能由更新的版本制作。它原样保留，不运行。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请用更新的版本打开文件。'
  }),
  'cell.duplicate': (p) => ({
    message: `名称 \`${p.name}\` 用了不止一次。`,
    cause: `它也出现在 ${p.others}。大小写视为相同。`,
    hint: '请重命名其中之一，或在其围栏行写 `run=off`。'
  }),
  'cell.output-taken': (p) => ({
    message: `两个单元产生同一张表 \`${p.table}\`。`,
    cause: `另一个是第 ${p.line} 行的 \`${p.owner}\`。`,
    hint: '请重命名两个单元之一。'
  }),
  'cell.cycle': (p) => ({
    message: `这些单元互相依赖：${p.path}。`,
    cause: '每个都读取前一个，因此没有一个能最先运行。',
    hint: '请让其中之一读取别的内容。'
  }),
  'cell.self-read': (p) => ({
    message: `单元读取它自己的表 \`${p.name}\`。`,
    cause: '表不能由自身产生。',
    hint: '请读取别的表，或给此单元换个名称。'
  }),
  'cell.relation-unknown': (p) => ({
    message: `没有表 \`${p.name}\`。`,
    cause: '此笔记本没有单元产生它。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : `请添加名为 \`${p.name}\` 的单元。`
  }),
  'cell.reads-off': (p) => ({
    message: `单元 \`${p.name}\` 已关闭。`,
    cause: '关闭的单元不产生表，也不给出值。',
    hint: `请从 \`${p.name}\` 的围栏行去掉 \`run=off\`，或读取别的内容。`
  }),
  'cell.param-faulty': (p) => ({
    message: `参数 \`${p.name}\` 还没有值。`,
    cause: '它自己的单元有问题。',
    hint: `请修正单元 \`${p.name}\`；这里没有错。`
  }),
  'statement.empty': () => ({
    message: '这里还没有 SQL。',
    hint: '请写查询，例如 `select * from …`。'
  }),
  'statement.many': () => ({
    message: '第二条语句从这里开始。',
    cause: '一个 query 单元只有一条语句，其结果行成为该单元的表。',
    hint: '请把它移到单独的单元。'
  }),
  'statement.not-relation': (p) => ({
    message: `\`${p.verb}\` 不产生表。`,
    cause: 'query 单元只读取；表由拥有它们的单元产生和更改。',
    hint: '请写以 `select`、`from`、`with`、`values`、`pivot`、`describe` 或 `summarize` 开头的语句。'
  }),
  'statement.unclosed': (p) => ({
    message: `从这里开始的 ${p.what} 没有结束。`,
    cause: '单元的其余部分都算作其中的内容。',
    hint: `请在结束处写 \`${p.close}\`。`
  })
});
