import type { demandProblems } from '../demand.ts';
import { translationOf } from './translation.ts';

const count = (n: number) => n.toLocaleString('zh-CN');

/** A series as English sentences begin with it, alone or by its keys. */
function series(named: string): string {
  return named === 'The series' ? '此序列' : named.replace(/^Series /, '序列 ');
}

const changes = { override: '覆盖', adjustment: '调整' } as const;

export const demandZh = translationOf<typeof demandProblems>()({
  'demand.no-column': (p) => ({
    message: `\`${p.relation}\` 没有列 \`${p.column}\`。`,
    cause: p.known ? `它有 ${p.known}。` : '它没有列。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中一列。'
  }),
  'demand.no-rows': (p) => ({
    message: `\`${p.relation}\` 没有行。`,
    cause: '没有可供学习的内容。',
    hint: '请检查前面单元的筛选和连接。'
  }),
  'demand.time-type': (p) => ({
    message: `\`${p.column}\` 是 ${p.type}，不是时间。`,
    cause: '序列需要日期、时间戳或数值来排序。',
    hint: `请在前面的 clean 单元中添加 \`- parse_date: { column: ${p.column}, format: "%Y-%m-%d" }\`。`
  }),
  'demand.value-type': (p) => ({
    message: `\`${p.column}\` 是 ${p.type}，不是数值。`,
    cause: '只有数值才能随时间求平均和比较。',
    hint: `请写一个数值列，或在前面的 clean 单元中添加 \`- cast: { ${p.column}: number }\`。`
  }),
  'demand.name-clash': (p) => ({
    message: `\`${p.relation}\` 的列 \`${p.column}\` 与此单元要添加的列同名。`,
    cause: '同一张表中不能有两个同名的列。',
    hint: `请在前面的 clean 单元中添加 \`- rename: { ${p.column}: ${p.column}_source }\`。`
  }),
  'demand.missing-time': (p) => ({
    message: `${series(p.series)}有 ${p.count} 行没有 \`${p.column}\`。`,
    cause: '没有时间的行在序列中没有位置。',
    hint: `请在前面的 clean 单元中添加 \`- drop_missing: ${p.column}\`。`
  }),
  'demand.missing-value': (p) => ({
    message: `${series(p.series)}在 ${p.time} 没有 \`${p.column}\`。`,
    cause: '缺失值不是零，猜测它会改变答案。',
    hint: `请在前面的 clean 单元中添加 \`- fill: { column: ${p.column}, with: interpolate }\`（或 \`value: 0\`）。`
  }),
  'demand.duplicate-time': (p) => ({
    message: `${series(p.series)}在 ${p.time} 有不止一行。`,
    cause: '序列在每个时间步只有一个值。',
    hint: `请在 query 单元中对行求和：\`select ${p.by}, sum(${p.value}) as ${p.value} … group by all\`，或在 \`by\` 下写出区分它们的列。`
  }),
  'demand.gap': (p) => ({
    message: `${series(p.series)}在 ${p.from} 与 ${p.to} 之间没有行。`,
    cause: `按每 ${p.frequency} 一行，那里缺少 ${p.missing} 行。需要相等的步长。`,
    hint: `请在前面的 clean 单元中添加 \`${p.remedy}\`。`
  }),
  'demand.uneven-step': (p) => ({
    message: `${series(p.series)}从 ${p.from} 到 ${p.to} 的步长不等。`,
    cause: `频率是每 ${p.frequency} 一行，而这里不是一个这样的步长。`,
    hint: '请在 query 单元中用 `date_trunc` 把时间化为相等的步长，或写明别的 `frequency`。'
  }),
  'demand.no-step': (p) => ({
    message: `\`${p.relation}\` 中没有一个序列有两行。`,
    cause: '从一行看不出时间的步长。',
    hint: '请写明 `frequency`，或检查 `by` 如何划分各行。'
  }),
  'demand.series-skipped': (p) => ({
    message: `${p.total} 个序列中略去 ${p.count} 个：${p.series}。`,
    cause: p.detail,
    hint: '其余已完成。请修正这些序列的行并重新运行。'
  }),
  'forecast.until': (p: { until: string; time: string; numbered: boolean }) => ({
    message: `\`until\` 不能是 ${p.until || '空'}：\`${p.time}\` 是${p.numbered ? '行号' : '日期'}。`,
    hint: p.numbered ? '请写 `until: 36`。' : '请写日期，例如 `until: 2024-03-01`。'
  }),
  'forecast.until-all': (p: { until: string; relation: string; time: string }) => ({
    message: `\`${p.relation}\` 没有早于 ${p.until} 的行。`,
    cause: `\`until\` 略去 \`${p.time}\` 等于或晚于该时间的所有行。`,
    hint: '请写更晚的时间，或去掉 `until` 以学习所有行。'
  }),
  'forecast.too-short': (p) => ({
    message: `${p.count} 个序列对所要求的模型来说太短：${p.series}。`,
    cause: `最短的有 ${p.values} 个值。改用朴素预测，即延续最后一个值。`,
    hint: '请提供更长的历史，或用更宽的键合并这些序列。'
  }),
  'forecast.model-skipped': (p) => ({
    message: `${p.count} 个序列略去了 ${p.model}：${p.series}。`,
    cause:
      p.season > 1
        ? `季节长度为 ${p.season} 时，它至少需要 ${p.needs} 个值。`
        : `没有长于一步的季节，它就没有可添加的内容；它至少需要 ${p.needs} 个值。`,
    hint: '请写更短的 `season`，提供更长的历史，或从 `models` 中去掉该模型。'
  }),
  'forecast.partial': (p) => ({
    message: `提前结束：${count(p.total)} 个序列中完成了 ${count(p.done)} 个，其余不在表中。`,
    cause: '你要求保留已完成的部分。区间、得分和合计只依据这些序列。',
    hint: '请重新运行单元以得到全部；此结果不会保留到下次访问。'
  }),
  'forecast.training-ended': (p) => ({
    message:
      p.network === 'judged'
        ? '训练提前结束：预测来自回测所评判的网络。'
        : `训练提前结束，停在 ${count(p.steps)} 步中的第 ${count(p.step)} 步。`,
    cause:
      p.network === 'untested'
        ? '你要求保留已完成的部分。历史太短，无法检验网络。'
        : '你要求保留已完成的部分。网络没有学习回测用来检验它的那些行。',
    hint: '请重新运行单元：训练会从停下处继续；此结果不会保留到下次访问。'
  }),
  'forecast.models-left': (p) => ({
    message: `提前结束：${count(p.total)} 个序列中有 ${count(p.done)} 个完成了所有模型，其余只有 \`lstm\` 和最简单的一个。`,
    cause: '你要求保留已完成的部分。',
    hint: '请重新运行单元以得到全部；此结果不会保留到下次访问。'
  }),
  'forecast.regressor-ends': (p) => ({
    message: `要预测的行没有已知的 \`${p.column}\`。`,
    cause: `最后一行之后 ${p.horizon} 行中的第 ${p.known + 1} 行没有值，而模型依赖它。`,
    hint: `请把将来的值放入 \`future\` 所写的表，缩短 \`horizon\`，或从 \`regressors\` 中去掉 \`${p.column}\`。`
  }),
  'forecast.no-network': () => ({
    message: '这里不能训练网络。',
    cause: '模型 `lstm` 需要模型工作线程，而此次运行没有。',
    hint: '请在工作台中运行单元，或从 `models` 中去掉 `lstm`。'
  }),
  'forecast.network-too-short': (p) => ({
    message: '没有足够长的序列来训练网络。',
    cause: `一个窗口及其目标需要 ${p.needs} 个值；最长的序列在第一个回测起点之前有 ${p.longest} 个。`,
    hint: '请调低 `lstm: { window: … }` 或 `horizon`，减少回测起点，或从 `models` 中去掉 `lstm`。'
  }),
  'forecast.network-relation': (p) => ({
    message: `\`${p.relation}\` 中没有网络。`,
    cause: '保存的网络是一张有列 `model` 和 `weights` 的表，每行一个。',
    hint: '请写另一个 forecast 单元的 NAME_network，或其 `file` 是所保存网络的 source 单元。'
  }),
  'forecast.network-misfit': (p) => ({
    message: `\`${p.relation}\` 中的网络不符：其 ${p.what} 是 ${p.theirs}，而不是 ${p.ours}。`,
    cause: '训练好的网络保持其形状。',
    hint: `请把单元的 ${p.what} 写成与网络一致，或从 \`lstm\` 中去掉 \`network\` 以训练新的。`
  }),
  'forecast.network-has-seen': (p) => ({
    message: `\`${p.relation}\` 中的网络的 ${p.all} 次回测略去了 ${p.out} 次。`,
    cause: `它已学习到 ${p.until} 为止的行；它对这些行的说法不是预测。`,
    hint: '其精度体现在更晚的行上。若不论回测都要用它预测，请写 `models: [lstm]`。'
  }),
  'forecast.no-effect': (p) => ({
    message: `\`${p.key}\` 在这里不起作用。`,
    cause: `所用的模型（${p.models}）都不读取它。`,
    hint: `请去掉 \`${p.key}\`，或留给使用它的模型。`
  }),
  'forecast.override-shape': (p) => ({
    message: `这条${changes[p.what]}已略去：${p.detail}。`,
    cause: `一条${changes[p.what]}说明哪些行，以及用于它们的一个数。`,
    hint: `请写 \`- { ${p.by}time: …, value: … }\`，或用 \`from\` 和 \`to\` 表示范围、用 \`factor: 1.1\` 表示增加 10 %。`
  }),
  'forecast.override-series': (p) => ({
    message: `这条${changes[p.what]}已略去：没有序列带有 ${p.key}。`,
    cause: `序列以 ${p.known} 区分。`,
    hint: `请更正键，或去掉这条${changes[p.what]}。`
  }),
  'forecast.override-time': (p) =>
    p.what === 'override'
      ? {
          message: `这条覆盖已略去：将来的行中没有 ${p.time}。`,
          cause: `将来的行从 ${p.first} 到 ${p.last}。历史由 \`adjustments\` 更改。`,
          hint: '请写其中的时间，或在其时间过去后去掉这条覆盖。'
        }
      : {
          message: `这条调整已略去：历史的行中没有 ${p.time}。`,
          cause: `历史从 ${p.first} 到 ${p.last}。将来的行由 \`overrides\` 更改。`,
          hint: '请写其中的时间，或去掉这条调整。'
        },
  'forecast.no-future': (p) => ({
    message: '将来各行的回归变量未知。',
    cause: `从中学习的模型需要它们在要预测的 ${p.horizon} 行的值。`,
    hint: `请添加 \`future: NAME\`，即这些行带有 ${p.columns} 的关系，或去掉 \`regressors\`。`
  }),
  'forecast.regressor-is-value': (p) => ({
    message: `\`${p.column}\` 是要预测的值，不能解释自身。`,
    cause: '回归变量须先于该值已知。',
    hint: '请从 `regressors` 中去掉它；模型本来就会读取更早的值。'
  }),
  'forecast.regressor-type': (p) => ({
    message: `\`${p.relation}\` 的回归变量 \`${p.column}\` 是 ${p.type}，不是数值。`,
    cause: '回归变量是数值、布尔值，或以其存在来标记某行的日期。',
    hint: `请在 query 单元中为每个值产生 0 和 1 的列，例如 \`CAST(${p.column} = '…' AS INTEGER)\`。`
  }),
  'forecast.static-type': (p) => ({
    message: `\`${p.relation}\` 的静态列 \`${p.column}\` 是 ${p.type}。`,
    cause: '静态列是文本、真假值、数值或时间。',
    hint: `请在 query 单元中产生这样的列，或从 \`static\` 中去掉 \`${p.column}\`。`
  }),
  'forecast.static-varies': (p) => ({
    message: `${series(p.series)}有不止一个 \`${p.column}\`：${p.first} 和 ${p.second}。`,
    cause: '`static` 下的列对每个序列的所有行只有一种说法。',
    hint: `如果 \`${p.column}\` 随时间变化，请放入 \`regressors\`；否则请在前面更正。`
  }),
  'forecast.regressor-missing': (p) => ({
    message: `${series(p.series)}在 \`${p.relation}\` 中于 ${p.time} 没有 \`${p.column}\`。`,
    cause: '回归变量在每一行都须已知。',
    hint: `请在前面的 clean 单元中填补，例如 \`- fill: { column: ${p.column}, value: 0 }\`。`
  }),
  'forecast.future-rows': (p) => ({
    message: `\`${p.relation}\` 在 ${p.time} 没有${series(p.series)}的行。`,
    cause:
      p.absent === p.horizon
        ? `要预测的 ${p.horizon} 行都不在。`
        : `要预测的 ${p.horizon} 行中缺少 ${p.absent} 行。`,
    hint: '请添加这些行及其回归变量，或调低 `horizon`。'
  }),
  'forecast.future-twice': (p) => ({
    message: `\`${p.relation}\` 在 ${p.time} 对同一序列有不止一行。`,
    cause: '将来的每一行有一组回归变量。',
    hint: '请像 `by` 那样写出区分各行的列，或在 query 单元中合并这些行。'
  }),
  'trend.no-season': (p) => ({
    message: `每 ${p.frequency} 一行没有对应的季节。`,
    cause: 'STL 和 MSTL 从值中分离季节，而这里不知道其长度。',
    hint: '请写 `season: …`，即模式重复一次的行数。'
  }),
  'trend.too-short': (p) => ({
    message: `${series(p.series)}有 ${p.length} 行，不足长度为 ${p.season} 的两个季节。`,
    cause: '季节重复两次之前，无法与趋势区分。',
    hint: '请提供更长的历史，写更短的 `season`，或用 `method: moving_average`。'
  }),
  'anomaly.no-season': (p) => ({
    message: `每 ${p.frequency} 一行没有对应的季节。`,
    cause: '方法 `seasonal` 判断去掉季节后剩下的部分。',
    hint: '请写 `seasonal: { season: … }`，即模式重复一次的行数，或用 `method: forecast`。'
  }),
  'anomaly.too-short': (p) => ({
    message: `${series(p.series)}有 ${p.length} 行，不足长度为 ${p.season} 的两个季节。`,
    cause: '季节重复两次之前，无法与趋势区分。',
    hint: '请提供更长的历史，写更短的 `seasonal: { season: … }`，或用 `method: mad`。'
  }),
  'anomaly.too-many-rows': (p) => ({
    message: `${p.rows} 行的序列对 \`${p.method}\` 来说太长。`,
    cause: `一个序列超过 ${p.most} 行，它就不能及时结束。`,
    hint: '请用 `by` 划分各行，在 query 单元中汇总为更长的步长，或用 `isolation_forest`、`kmeans` 或 `novelty`。'
  }),
  'anomaly.no-effect': (p) => ({
    message: `\`${p.key}\` 在这里不起作用。`,
    cause: `方法是 \`${p.method}\`，它不读取此项。`,
    hint: `请去掉 \`${p.key}\`，或写 \`method: ${p.key}\`。`
  }),
  'anomaly.no-network': () => ({
    message: '这里不能训练网络。',
    cause: '方法 `autoencoder` 需要模型工作线程，而此次运行没有。',
    hint: '请在工作台中运行单元，或用 `isolation_forest`。'
  }),
  'anomaly.rate': (p) => ({
    message: '预算需要知道一周有多少行。',
    cause: `各行在 \`${p.column}\` 中没有随时间展开。`,
    hint: '请用 `threshold` 代替 `budget`。'
  })
});
