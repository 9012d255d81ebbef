import type { dataProblems } from '../data.ts';
import { translationOf } from './translation.ts';

export const dataZh = translationOf<typeof dataProblems>()({
  'sql.syntax': (p) => ({
    message: `SQL 无法读懂：${p.detail}。`,
    cause: '语句在标出的位置中断。',
    hint: '请看标出的词和它前面的词：拼错的关键字、缺少的逗号或未闭合的括号。'
  }),
  'sql.no-column': (p) => ({
    message: `没有列 \`${p.name}\`。`,
    cause: p.candidates ? `可用的列有 ${p.candidates}。` : '可用的表中都没有它。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请使用可用的列之一。'
  }),
  'sql.no-table': (p) => ({
    message: `没有表 \`${p.name}\`。`,
    cause: p.known ? `现有的表是 ${p.known}。` : '还没有单元产生表。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请添加同名的单元，或写现有的表之一。'
  }),
  'sql.no-function': (p) => ({
    message: `没有函数 \`${p.name}\`。`,
    cause: '引擎不认识这个名称。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请检查函数的拼写。'
  }),
  'sql.no-extension': (p) => ({
    message: `此引擎中没有 \`${p.name}\`。`,
    cause: `它属于扩展 ${p.extension}，须从网络获取。`,
    hint: '请用 source 单元读取这类文件，或用别的函数。'
  }),
  'sql.arguments': (p) => ({
    message: `\`${p.call}\` 与该函数不符。`,
    cause: p.candidates ? `它接受 ${p.candidates}。` : '它没有接受这些类型的形式。',
    hint: '请更改参数，或转换其类型：`column::DOUBLE`。'
  }),
  'sql.binding': (p) => ({
    message: 'SQL 与它读取的表不符。',
    cause: p.detail,
    hint: '请更改标出的表达式。'
  }),
  'sql.conversion': (p) => ({
    message: '有值与要转换成的类型不符。',
    cause: p.detail,
    hint: '请用 `TRY_CAST(x AS …)`，使这类值为空，或先清洗它们。'
  }),
  'sql.value': (p) => ({
    message: '有值使查询停止。',
    cause: p.detail,
    hint: '请筛去这样的行，或用 CASE 保护表达式。'
  }),
  'sql.out-of-memory': (p) => ({
    message: '查询所需的内存超过此标签页所有。',
    cause: p.detail,
    hint: '请只写需要的列而不用 `*`，在连接和排序前先筛选，或先汇总再处理结果。其他的表都还在。'
  }),
  'sql.permission': (p) => ({
    message: '这里的 SQL 不能打开文件或地址。',
    cause: p.detail,
    hint: '请用 source 单元引入数据，并在查询中写该单元的名称。'
  }),
  'sql.failed': (p) => ({
    message: `查询停止：${p.kind}。`,
    cause: p.detail,
    hint: '请更改查询并重新运行。'
  }),
  'engine.broken': (p) => ({
    message: 'SQL 引擎出了故障。',
    cause: p.detail,
    hint: '它会自动重新启动；请运行过期的单元。键入的内容没有丢失。'
  }),
  'engine.not-started': (p) => ({
    message: 'SQL 引擎没有启动。',
    cause: p.detail,
    hint: '请重新加载页面。如果仍然如此，请使用较新的 Chrome、Edge、Firefox 或 Safari。'
  }),
  'data.no-relation': (p) => ({
    message: `没有关系 \`${p.name}\`。`,
    cause: '还没有单元产生它，或产生它的单元失败了。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : `请运行产生 \`${p.name}\` 的单元。`
  }),
  'data.kept-broken': (p) => ({
    message: `\`${p.name}\` 保存的行无法读取。`,
    cause: '浏览器清除或损坏了其存储。',
    hint: `请运行产生 \`${p.name}\` 的单元。`
  }),
  'data.not-an-output': (p) => ({
    message: `此单元不能写关系 \`${p.name}\`。`,
    cause: `它的关系是 ${p.outputs}。`,
    hint: '请以单元的名称为关系命名。'
  }),
  'data.columns-differ': (p) => ({
    message: `这些行与关系 \`${p.name}\` 不符。`,
    cause: p.detail,
    hint: '请让每一批都有相同的列、相同的次序。'
  })
});
