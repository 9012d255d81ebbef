import type { exportProblems } from '../export.ts';
import type { networkProblems } from '../network.ts';
import type { runtimeProblems } from '../runtime.ts';
import type { scriptProblems } from '../script.ts';
import type { storageProblems } from '../storage.ts';
import { translationOf } from './translation.ts';

export const networkZh = translationOf<typeof networkProblems>()({
  'network.no-backend': (p) => ({
    message: `此浏览器没有可用于训练的 ${p.backend}。`,
    cause: p.detail,
    hint: '请在 `lstm:` 下写 `backend: auto`；它会选用这里可用的最快者。'
  }),
  'network.memory': (p) => ({
    message: '内存容纳不下这个网络。',
    cause: `无法再得到 ${p.megabytes} MB。`,
    hint: '请调低 `lstm:` 下的 `batch`、`hidden`、`layers` 或 `window`。'
  }),
  'network.not-ours': (p) => ({
    message: '这个模型不是在这里保存的预测网络。',
    cause: p.detail,
    hint: '请选择从预测一并保存的 model.json 和 weights.bin。'
  }),
  'network.stopped': (p) => ({
    message: '训练无法继续。',
    cause: p.detail,
    hint: '请在 `lstm:` 下写 `backend: cpu`，或减少单元数或层数。'
  }),
  'network.diverged': (p) => ({
    message: `训练在第 ${p.step} 步发散。`,
    cause: '损失不再是有限的数。学习率或序列的尺度太大。',
    hint: `请把学习率调到 ${p.rate} 以下，或检查数据源中的极端值。`
  })
});

export const storageZh = translationOf<typeof storageProblems>()({
  'storage.full': (p) => ({
    message: `此浏览器没有空间保存 \`${p.file}\` 的副本。`,
    cause: `需要 ${p.needed}；本站可用 ${p.free}。`,
    hint: p.kept
      ? `请放弃不再需要的内容：${p.kept}。没有副本也能读取文件本身。`
      : '请在此设备上腾出空间，或不用副本：文件本身可以读取。'
  }),
  'storage.no-place': (p) => ({
    message: `此浏览器不能保存 \`${p.file}\` 的副本。`,
    cause: '它没有供网站使用的私有文件系统，或已关闭，隐私窗口便是如此。',
    hint: '请不用副本继续，下次访问时重新选择文件。'
  }),
  'storage.copy-failed': (p) => ({
    message: `\`${p.file}\` 的副本没有保存。`,
    cause: p.detail,
    hint: '没有留下写了一半的内容。请重试，或不用副本继续。'
  })
});

export const runtimeZh = translationOf<typeof runtimeProblems>()({
  'worker.lost': (p) => ({
    message: `${p.worker} 工作线程在处理时停止了。`,
    cause: p.detail,
    hint: '会有新的线程接替。请重新运行单元；如果再次停止，请减少行或列。'
  }),
  'worker.bug': (p) => ({
    message: 'Quartermaster 自身出了差错。',
    cause: p.detail,
    hint: '其他单元不受影响。请重新运行单元；如果仍然如此，请连同详情一并报告。'
  }),
  'worker.unknown-method': (p) => ({
    message: `${p.worker} 工作线程不认识 \`${p.method}\`。`,
    cause: `它认识 ${p.known || '的内容为空'}。页面与其工作线程的版本不同。`,
    hint: '请重新加载页面。'
  }),
  'engine.restarted': (p) => ({
    message: '引擎曾停止并已重新启动；其中的表已不在。',
    cause: p.detail,
    hint: '键入的内容没有丢失。请重新运行过期的单元。'
  }),
  'run.missing-column': (p) => ({
    message: `\`${p.relation}\` 没有列 \`${p.column}\`。`,
    cause: `它的列是 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中之一，或在前面的单元中添加该列。'
  }),
  'run.mode': (p) => ({
    message: `${p.mode} 模式的单元不能在这里运行。`,
    cause: '此引擎把表放在内存中，只运行变换列的单元。',
    hint: '请在工作台中打开笔记本。'
  })
});

export const scriptZh = translationOf<typeof scriptProblems>()({
  'script.syntax': (p) => ({
    message: '这不是有效的 JavaScript。',
    cause: p.detail,
    hint: '请修正标出的位置。'
  }),
  'script.error': (p) => ({
    message: '脚本因错误而停止。',
    cause: p.detail,
    hint: '请看标出的行；`console.log` 会把值显示在结果下方。'
  }),
  'script.result': (p) => ({
    message: `脚本返回了 ${p.got}。`,
    cause: 'script 单元的结果是至少有一列的表。',
    hint: '请以 `return` 结束，后接 Arquero 表、对象列表，或由等长列表组成的对象。'
  }),
  'script.time-limit': (p) => ({
    message: `脚本运行超过 ${p.limit}，已被停止。`,
    cause: '脚本有时间限制，以免无尽的循环占住标签页。',
    hint: '请把繁重的部分放进 query 单元，或用标记 `timeout=2m` 放宽限制。'
  }),
  'script.timeout-flag': (p) => ({
    message: `\`timeout\` 不能是 ${p.got}。`,
    cause: '它需要 30s 或 2m 这样的时长。',
    hint: '请在单元名称之后写，例如 `timeout=2m`。'
  }),
  'script.sandbox': (p) => ({
    message: '脚本沙箱没有启动。',
    cause: p.detail,
    hint: '请重新加载页面。拦截框架或工作线程的浏览器扩展可能是原因。'
  })
});

export const exportZh = translationOf<typeof exportProblems>()({
  'export.xlsx-columns': (p) => ({
    message: `\`${p.relation}\` 的列数超出 Excel 的限制。`,
    cause: `它有 ${p.columns} 列；一张工作表最多 16,384 列。`,
    hint: '请在 query 单元中选择列再导出，或导出 CSV 或 Parquet。'
  }),
  'export.xlsx-text': (p) => ({
    message: `\`${p.column}\` 中有一段文本超出 Excel 的限制。`,
    cause: `它有 ${p.letters} 个字符；一个单元格最多 32,767 个。`,
    hint: '请在 query 单元中缩短或略去该列，或导出 CSV 或 Parquet。'
  }),
  'export.xlsx-size': () => ({
    message: '表太大，一个 Excel 文件容纳不下。',
    cause: '一张工作表超过了 4 GB。',
    hint: '请导出较少的行，或导出 CSV 或 Parquet。'
  })
});
