import type { prepareProblems } from '../prepare.ts';
import { translationOf } from './translation.ts';

const count = (n: number) => n.toLocaleString('zh-CN');

export const prepareZh = translationOf<typeof prepareProblems>()({
  'prepare.column-unknown': (p) => ({
    message: `没有列 \`${p.column}\`。`,
    cause: p.known ? `此处的列是 ${p.known}。` : '此表没有列。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中一列。'
  }),
  'prepare.column-exists': (p) => ({
    message: `会出现两个列 \`${p.column}\`。`,
    cause: '表中已有同名的列；大小写视为相同。',
    hint: '请选别的名称，或先去掉或重命名另一列。'
  }),
  'prepare.column-type': (p) => ({
    message: `\`${p.step}\` 不能用于 \`${p.column}\`。`,
    cause: `该列是 ${p.type}；此步骤需要 ${p.expected}。`,
    hint: '请先用 `cast` 或 `parse_date` 步骤转换，或写别的列。'
  }),
  'prepare.value-type': (p) => ({
    message: `${p.value} 与 \`${p.column}\` 不符。`,
    cause: `该列是 ${p.type}。`,
    hint: '请写该类型的值，或先用 `cast` 步骤转换该列。'
  }),
  'prepare.step-unknown': (p) => ({
    message: `没有清洗步骤 \`${p.step}\`。`,
    cause: `步骤有 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中之一。'
  }),
  'prepare.step-shape': (p) => ({
    message: `步骤不能是 ${p.got}。`,
    cause: '`steps` 的每一项有一个键，即步骤的名称。',
    hint: '例如写 `- trim: Description`，其余步骤各占一行。'
  }),
  'prepare.values-lost': (p) => ({
    message: `\`${p.column}\` 的 ${count(p.count)} 个值变为缺失。`,
    cause: `它们不能读作 ${p.to}；第一个是“${p.example}”。`,
    hint: '请在此步骤前用 `replace` 或 `map` 修正，或任其缺失。'
  }),
  'prepare.too-many-rows': (p) => ({
    message: `\`${p.step}\` 会添加 ${count(p.rows)} 行。`,
    cause: `最多添加 ${count(p.most)} 行，以免标签页内存不足。`,
    hint: '请取更长的 `every`、更少的序列或更短的时段。'
  }),
  'prepare.value-sum': (p) => ({
    message: '此步骤之后不再核算 `value`。',
    cause: `\`${p.expression}\` 无法再求和，因为此步骤更改了它所需的列。`,
    hint: '请把步骤移后，或任由其后的合计为空。'
  }),
  'param.outside': (p) => ({
    message: `值 ${p.value} 超出界限。`,
    cause: `它必须为 ${p.bound}。`,
    hint: '请更改 `value`，或移动界限。'
  }),
  'param.not-an-option': (p) => ({
    message: `值 ${p.value} 不在选项之中。`,
    cause: `选项有 ${p.options}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请选其中之一，或把它加入选项。'
  }),
  'check.failed': (p) => ({
    message: `检查 \`${p.check}\` 未通过。`,
    cause: p.detail,
    hint: '请查看未通过的行并修正数据，或更改检查。'
  }),
  'check.expectation': (p) => ({
    message: `${p.got} 不是期望。`,
    cause: `期望是 \`Quantity > 0\` 这样的条件，或 ${p.known} 之一。`,
    hint: '请在 `expect` 中每行写一个期望。'
  })
});
