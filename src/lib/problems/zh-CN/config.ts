import type { configProblems } from '../config.ts';
import { translationOf } from './translation.ts';

export const configZh = translationOf<typeof configProblems>()({
  'config.syntax': (p) => ({
    message: `这不是有效的 ${p.language}。`,
    cause: p.detail,
    hint: '请修正标出的位置。笔记本的其余部分不受影响。'
  }),
  'config.value': (p) => ({
    message: `\`${p.key}\` 不能是 ${p.got}。`,
    cause: `它需要 ${p.expected}。`,
    hint: `请写 ${p.expected}。`
  }),
  'config.missing': (p) => ({
    message: `缺少 \`${p.key}\`。`,
    cause: `这类单元需要 ${p.expected}。`,
    hint: `请添加一行 \`${p.key}: …\`。`
  }),
  'config.unknown-key': (p) => ({
    message: `这类单元没有键 \`${p.key}\`。`,
    cause: `它认识 ${p.known}。此行原样保留，不起作用。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请去掉此行，或用更新的版本打开文件。'
  }),
  'config.yaml-feature': (p) => ({
    message: `笔记本中不使用 YAML 的 ${p.feature}。`,
    cause: '每个值都写在它所在的位置，读者一看便知。',
    hint: '请把值写出来。'
  }),
  'config.param-unknown': (p) => ({
    message: `没有参数 \`${p.name}\`。`,
    cause: p.known ? `笔记本有参数 ${p.known}。` : '笔记本没有 param 单元。',
    hint: `请添加名为 \`${p.name}\` 的 param 单元，或直接写出值。`
  }),
  'config.template': () => ({
    message: '`{{` 是保留字。',
    cause: '以后的版本可能赋予它含义。',
    hint: '请用 `$name` 表示 param 单元的值。'
  }),
  'config.combination': (p) => ({
    message: p.detail,
    hint: p.remedy
  })
});
