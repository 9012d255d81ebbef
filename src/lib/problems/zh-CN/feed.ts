import type { feedProblems } from '../feed.ts';
import { translationOf } from './translation.ts';

const count = (n: number) => n.toLocaleString('zh-CN');

export const feedZh = translationOf<typeof feedProblems>()({
  'feed.url': (p) => ({
    message: `\`${p.url}\` 不是地址。`,
    cause: '地址要写完整，例如 wss://example.org/orders。',
    hint: '连同协议和主机一起写出。'
  }),
  'feed.secret': (p) => ({
    message: `\`${p.where}\` 含有机密：${p.what}。`,
    cause: '笔记本是会被分享的文件，写在其中的内容就不再是机密。',
    hint: '新建一个连接（只保存在此浏览器中），并用 `connection: NAME` 代替地址。'
  }),
  'feed.place': (p) => ({
    message: `\`${p.source}\` 没有说明连接到哪里。`,
    cause: '它需要写有地址的 `url`，或写有此浏览器中连接名称的 `connection`。',
    hint: `请写 \`${p.source}: { connection: NAME, … }\`。`
  }),
  'feed.scheme': (p) => ({
    message: `\`${p.source}\` 不能连接 ${p.scheme} 地址。`,
    cause: `它使用 ${p.wanted}。`,
    hint: p.connection ? `请更正连接 \`${p.connection}\` 的地址。` : '请更正地址。'
  }),
  'feed.path': (p) => ({
    message: `\`${p.path}\` 离开了 \`${p.connection}\`。`,
    cause: '路径位于其连接的地址之下，这样密码就不会发往别处。',
    hint: '请写 /orders 这样的路径，或为那个地址新建连接。'
  }),
  'feed.mixed-content': (p) => ({
    message: `浏览器不允许本页连接 ${p.host}。`,
    cause: `本页经 https 打开，因此除本机外不能使用 ${p.scheme}。`,
    hint: `请使用 ${p.secure}（启用 TLS 的监听端口，或服务器前的代理），或从本机打开本页。`
  }),
  'feed.unreachable': (p) => ({
    message: `无法连接 ${p.host}。`,
    cause: '那里没有应答，或中途被拦截。',
    hint: '请检查地址和端口，以及服务器是否在运行。'
  }),
  'feed.handshake': (p) => ({
    message: `${p.host} 有应答，但没有打开 WebSocket。`,
    cause: '路径不对，服务器要求用户名和密码，或不接受来自这里的页面。浏览器不说明是哪一种。',
    hint: '请检查连接的路径和凭据，以及服务器允许的来源列表中是否有本页。'
  }),
  'feed.cors': (p) => ({
    message: `${p.host} 有应答，但不答复网页。`,
    cause: '它没有发送 `Access-Control-Allow-Origin`，因此浏览器不把应答交给本页。',
    hint: '请服务器的所有者发送 `Access-Control-Allow-Origin`，值为本页的来源或 *。'
  }),
  'feed.preflight': (p) => ({
    message: `${p.host} 接受网页的请求，但不接受带 ${p.headers} 的请求。`,
    cause:
      '浏览器会先询问能否发送这样的标头，而服务器没有表示可以（VictoriaMetrics 1.79 就是如此）。',
    hint: `请让服务器或代理以 \`Access-Control-Allow-Headers: ${p.headers}\` 应答 OPTIONS；如果它向任何人提供数据，也可使用不带凭据的连接。`
  }),
  'feed.auth': (p) => ({
    message: `${p.host} 拒绝登录。`,
    cause: p.detail,
    hint: p.connection
      ? `请更正连接 \`${p.connection}\` 的用户名、密码或令牌。`
      : '请新建带用户名和密码或令牌的连接，并用 `connection` 代替 `url`。'
  }),
  'feed.not-allowed': (p) => ({
    message: `没有读取 \`${p.what}\` 的权限。`,
    cause: p.detail,
    hint: '请向服务器的所有者申请读取权限，或换一个名称。'
  }),
  'feed.not-found': (p) => ({
    message: `${p.host} 在 \`${p.path}\` 处没有内容。`,
    cause: '它返回了 404（未找到）。',
    hint: '请更正路径。'
  }),
  'feed.status': (p) => ({
    message: `${p.host} 返回 ${p.status}。`,
    ...(p.detail ? { cause: p.detail } : {}),
    hint: '请检查地址；服务器的日志中可能有更多说明。'
  }),
  'feed.query': (p) => ({
    message: `${p.host} 不接受此查询。`,
    cause: p.detail,
    hint: '请更正 `query`。它用 PromQL 书写。'
  }),
  'feed.stream': (p) => ({
    message: `${p.host} 没有可读取的 JetStream 流 \`${p.stream}\`。`,
    cause: p.detail,
    hint: '请更正 `stream`，或去掉它，只接收经过的消息。'
  }),
  'feed.lost': (p) => ({
    message: `与 ${p.host} 的连接已断开。`,
    cause: p.detail,
    hint: '会自动重连，每次等待的时间更长。'
  }),
  'feed.ended': (p) => ({
    message: `${p.host} 结束了连接。`,
    hint: '会自动重连。'
  }),
  'feed.silent': (p) => ({
    message: `${p.host} 已有 ${count(p.seconds)} 秒没有数据。`,
    cause: '连接可能已失效而双方都不知道。',
    hint: '会自动重连。`silence` 设定允许多久没有数据。'
  }),
  'feed.overflow': (p) => ({
    message: `等待的消息超过 ${count(p.messages)} 条，因此连接暂时关闭。`,
    cause: '消息到来快于处理，而页面无法让 WebSocket 等待。',
    hint: '请成批发送（数组或 Arrow 帧），或选择 `queue: { policy: drop-oldest }` 或 `sample`。'
  }),
  'feed.frame': (p) => ({
    message: `收到的内容不是 ${p.format}。`,
    cause: `${p.detail}${p.sample ? ` 开头是 \`${p.sample}\`。` : ''}`,
    hint: '请用 `format` 说明写法：json、ndjson、csv 或 arrow。'
  }),
  'feed.media-type': (p) => ({
    message: `${p.host} 发送的是 ${p.got || '未注明的类型'}，而不是 ${p.expected}。`,
    cause: '这是网页或另一种数据源的地址。',
    hint: '请更正地址，或用 `ndjson` 或 `poll` 读取它发送的内容。'
  }),
  'feed.unreadable': (p) => ({
    message: `收到的部分内容不是 ${p.format}，已略去。`,
    cause: `${p.detail}${p.sample ? ` 第一条的开头是 \`${p.sample}\`。` : ''}`,
    hint: '数量随数据源一并显示。如果很多，请用 `format` 说明写法。'
  }),
  'feed.misfit': (p) => ({
    message: `\`${p.column}\` 中的 \`${p.sample}\` 不是 ${p.type}，按缺失处理。`,
    cause: '各列的类型由最初的事件确定。',
    hint: `请用 \`schema\` 写明类型，例如 \`${p.column}: text\`，然后重新运行。`
  }),
  'feed.strangers': (p) => ({
    message: `有些事件带有最初没有的列：${p.names}。这些列已略去。`,
    cause: '流的列由最初的事件确定。',
    hint: '请用 `schema` 写明各列，然后重新运行。'
  }),
  'feed.type': (p) => ({
    message: `\`${p.column}\` 不能是 \`${p.type}\` 类型。`,
    cause: `实时数据源的列只能是 ${p.known} 之一。`,
    hint: '请写其中之一。'
  }),
  'feed.schema-lacks': (p) => ({
    message: `\`schema\` 中没有 \`${p.key}\` 所需的 \`${p.column}\`。`,
    cause: '写了 `schema`，实时数据源就恰好只有其中的列。',
    hint: `请把 \`${p.column}\` 加入 \`schema\`。`
  }),
  'feed.no-time': (p) => ({
    message: '不清楚哪一列是事件时间。',
    cause: p.found ? `有几列含有时间：${p.found}。` : `没有含时间的列；现有 ${p.known}。`,
    hint: '请用 `time:` 指明一列（2024-05-31T14:05:00Z 这样的文本，或自 1970 年起的秒数或毫秒数），或写 `time: received`，以每个事件到达的时间为准。'
  }),
  'feed.no-resume': (p) => ({
    message: `无法告诉 ${p.host} 从何处继续，因此每次中断后可能缺少事件。`,
    cause: `它不允许网页发送 ${p.headers}。`,
    hint: `请让它以 \`Access-Control-Allow-Headers: ${p.headers}\` 应答 OPTIONS。`
  }),
  'feed.no-file': (p) => ({
    message: `笔记本没有可以跟读的文件 \`${p.file}\`。`,
    cause: '增长中的文件在原处反复读取；只有 Chromium 允许，且文件须经其文件对话框或拖放给出。',
    hint: '请把文件交给笔记本（添加文件），并在浏览器询问时允许读取。'
  }),
  'feed.replaced': (p) => ({
    message: `\`${p.file}\` ${p.shorter ? '比先前短了' : '已没有读过的那些行'}，从头重新读取。`,
    cause: '它被截断，或被另一个文件取代，例如日志轮转。',
    hint: '旧文件在此之前最后写入的行可能缺失：请降低轮转频率，或把 `every` 设得更短。'
  }),
  'feed.own-channel': (p) => ({
    message: `此流发布到它自己收听的频道 \`${p.channel}\`。`,
    cause: '它会把自己的事件当作新事件听到，并无休止地再次发布。',
    hint: '请为 `publish` 换一个名称，或删除该行：收听该频道者本来就有这些事件。'
  }),
  'feed.no-channel': (p) => ({
    message: `此浏览器没有 ${p.what}。`,
    hint: '请使用较新的浏览器。'
  })
});
