import type { remoteProblems } from '../remote.ts';
import { translationOf } from './translation.ts';

const count = (n: number) => n.toLocaleString('zh-CN');

export const remoteZh = translationOf<typeof remoteProblems>()({
  'remote.no-connection': (p) => ({
    message: `此浏览器中没有连接 \`${p.connection}\`。`,
    cause: p.known ? `现有 ${p.known}。` : '笔记本只写连接的名称；地址和密码保存在各自的浏览器中。',
    hint: p.nearest
      ? `是否指 \`${p.nearest}\`？`
      : '请新建：其地址、用户名和密码只保存在此浏览器中。'
  }),
  'remote.unreachable': (p) => ({
    message: `无法连接 \`${p.connection}\`。`,
    cause: `${p.origin} 没有应答，或浏览器不允许本页向其请求：经 https 打开的页面除本机外不能请求 http。`,
    hint: '请检查地址和端口（8123，TLS 为 8443），以及服务器是否在运行。'
  }),
  'remote.cors': (p) => ({
    message: `\`${p.connection}\` 有应答，但不答复网页。`,
    cause: `${p.origin} 没有发送 \`Access-Control-Allow-Origin\`，因此浏览器不把应答交给本页。`,
    hint: '请服务器的所有者在你的用户的 profile 中设置 `add_http_cors_header = 1`。'
  }),
  'remote.too-old': (p) => ({
    message: `\`${p.connection}\` 是 ClickHouse ${p.version}，版本太旧，无法从这里查询。`,
    cause: '它不认识随查询发送的设置，也不认识 ArrowStream 格式。',
    hint: '请使用 21 或更新版本的服务器，或在那里导出结果并把文件拖到这里。'
  }),
  'remote.auth': (p) => ({
    message: `\`${p.connection}\` 拒绝 \`${p.user}\` 登录。`,
    cause: p.detail,
    hint: '请更正连接的用户名和密码，或向所有者申请读取权限。'
  }),
  'remote.sql': (p) => ({
    message: `\`${p.connection}\` 无法运行此查询。`,
    cause: p.detail,
    hint: '请更正查询。它是用 ClickHouse 的 SQL 写成的一条 SELECT。'
  }),
  'remote.timeout': (p) => ({
    message: `\`${p.connection}\` 用时太长。`,
    cause: p.detail,
    hint: '请减少查询量：更短的时段，或用合计代替明细。'
  }),
  'remote.limit': (p) => ({
    message: `\`${p.connection}\` 拒绝了查询：它会超出服务器的限制或配额。`,
    cause: p.detail,
    hint: '请减少查询量，或稍后再试，或向所有者申请更多配额。'
  }),
  'remote.readonly': (p) => ({
    message: `\`${p.connection}\` 不允许此用户这样做。`,
    cause: p.detail,
    hint: '请只作读取。如果本来就只是读取，所有者可以给该用户 `readonly = 2`。'
  }),
  'remote.answer': (p) => ({
    message: `\`${p.connection}\` 的应答不像 ClickHouse。`,
    cause: `状态 ${p.status}。${p.detail}`,
    hint: '请检查地址：应为 HTTP 接口，端口 8123 或 8443。'
  }),
  'remote.broken': (p) => ({
    message: `\`${p.connection}\` 的应答中断了。`,
    cause: p.detail,
    hint: '请重新运行。'
  }),
  'remote.range': (p) => ({
    message: '读取期间文件有变动，或服务器不再提供其中的部分。',
    cause: p.url,
    hint: '请重新运行。'
  }),
  'remote.compressed': (p) => ({
    message: `\`${p.connection}\` 压缩了应答，标签页无法读取。`,
    cause: '其用户不能更改设置（`readonly = 1`），因此标签页无法要求不压缩。',
    hint: '请服务器的所有者在该用户的 profile 中设置 `output_format_arrow_compression_method = none`，或给 `readonly = 2`。'
  }),
  'remote.cut': (p) => ({
    message:
      p.all < 0
        ? `只取回了前 ${count(p.kept)} 行。`
        : `取回了 ${count(p.all)} 行中的 ${count(p.kept)} 行；截去 ${count(p.all - p.kept)} 行。`,
    cause: `从别处的引擎最多取回 ${p.most} 到标签页。`,
    hint: '请在查询中汇总，使取回的就是要研究的内容。'
  })
});
