import type { adjustProblems } from '../adjust.ts';
import { translationOf } from './translation.ts';

export const adjustZh = translationOf<typeof adjustProblems>()({
  'adjust.not-a-parameter': (p) => ({
    message: `\`${p.name}\` 不是参数。`,
    cause: '参数是一行，带有列 `value`。',
    hint: '请在 `set` 下写一个 `param` 单元的名称。'
  }),
  'adjust.no-forecast': (p) => ({
    message: `\`${p.name}\` 不是预测。`,
    cause: '预测有列 `model` 和 `yhat`，并附有回测。',
    hint: '请写一个 `forecast` 单元的名称。'
  }),
  'adjust.no-backtest': (p) => ({
    message: `\`backtest\` 没有可用来检验更改 \`${p.name}\` 的内容。`,
    cause: p.number
      ? '数值按它所导致的库存来检验。'
      : '文本被当作模型名称，用某个预测的回测来检验。',
    hint: p.number
      ? '请写上带有需求和再订货点的 `effect`。'
      : '请写 `gate: {backtest: 8, forecast: CELL}`。'
  }),
  'adjust.effect-name': (p) => ({
    message: `\`effect\` 不能使用 \`${p.name}\`。`,
    cause: `它可以使用 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请使用其中的名称，或一个数值。'
  }),
  'adjust.name': (p) => ({
    message: `\`to\` 不能使用 \`${p.name}\`。`,
    cause: `它可以使用 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请使用其中的名称，或一个数值。'
  }),
  'adjust.decision': (p) => ({
    message: '`decisions` 中有一条无法读懂，不起作用。',
    cause: p.detail,
    hint: '请去掉它，或撤销改动它的编辑。'
  }),
  'adjust.value': (p) => ({
    message: `\`${p.name}\` 不能是 ${p.value || '空'}：它会被读成别的值。`,
    hint: '请给参数一个能容纳它的类型。'
  }),
  'adjust.no-figure': (p) => ({
    message: `\`${p.relation}\` 没有可提议的数值 \`${p.column}\`。`,
    cause: `它有 ${p.known}。`,
    hint: '请用 `column` 指明其中一个数值列。'
  }),
  'adjust.no-reorder-point': (p) => ({
    message: `\`${p.column}\` 不是下订单的库存点。`,
    cause: '重放需求时需要知道这些数值的作用。',
    hint: `请在 \`effect\` 下写 \`reorder_point\`，即可使用 \`${p.column}\` 的表达式，或提议再订货点。`
  }),
  'adjust.many-items': (p) => ({
    message: `\`${p.relation}\` 为 ${p.items} 个项目提议数值。`,
    cause: `接受的内容保存在笔记本中，最多 ${p.most} 个项目。`,
    hint: '请减少项目：只取最重要的，或按组求和。'
  }),
  'adjust.target': (p) => ({
    message: `没有可更改的${kindWord(p.what)} \`${p.name}\`。`,
    cause: '它已被重命名、删除或关闭，或无法读懂。',
    hint: '请写一个能运行的单元的名称。'
  })
});

/** The kinds of cells that can be changed, as the English sentence names them. */
function kindWord(what: string): string {
  const known: Readonly<Record<string, string>> = {
    parameter: '参数',
    forecast: '预测',
    cell: '单元'
  };
  return known[what] ?? ` ${what}`;
}
