package evidence

// readme explains a pack to a court or a regulator.
const readme = `证据包说明

本包由“准入”合规筛查系统导出，证明包内每个结论何时、依哪一版规则、对哪些内容作出，此后未被改动。

文件
  listings.jsonl  每件商品当时提交的全部内容，每行一版
  verdicts.jsonl  每个结论：命中的词句、规则、依据、资质答复、时间，及它在台账里的条目序号
  laws.jsonl      结论所引规则的名称、处置和所依据法规的名称、文号、条款
  rules/N.json    当时整部词典的原文
  decisions.jsonl 商家和证照的登记与审核：每行一条台账条目。body 是条目所哈希的原文；为遮盖个人信息、涉及其他
                  商家或已依法删除而没有 body 的，只证明这一条存在，facts 以导出人所记为准
  manifest.json   以上各文件的字节数和 SHA-256
  seal.json       本次导出的台账条目、有关条目及其到树头的哈希路径、签名的树头、公钥

用程序核对（不需要数据库，不联网）
  zhunru ledger verify 本包.zip --key 公钥 --replay
  公钥应取自机外的留存（平台曾公布或交存的那一份），不应取自本包。--replay 用包内词典重新判断每件商品。

手工核对
  1. 解压后对每个文件计算 SHA-256（sha256sum），与 manifest.json 比对。
  2. manifest.json 的 SHA-256 记在 seal.json 中 kind 为 export 的条目里：按序把
     "zhunru-export-v1" 加换行，及种类、名称、操作人、说明、格式、遮盖、行数、字节数、清单哈希（各自前置 8 字节大端长度）
     连在一起，其 SHA-256 即该条目的 payload。
  3. 每个条目的 hash 是 "zhunru-ledger-v1" 加换行、序号和时间（微秒，各 8 字节大端）、操作人、种类、对象、版本
     （各自前置 8 字节大端长度）、payload、prev 的 SHA-256。
  4. 以条目的 hash 为叶，按 RFC 6962 用 proof 逐层相连，应得到 seal.json 的 root；树头 note 是 C2SP signed-note
     格式的 Ed25519 签名，可用 golang.org/x/mod/sumdb/note 或任何实现核对。
  5. 结论的叶是 "zhunru-leaf-v1" 加换行、商品编号（前置长度）、input_hash、verdict_hash；其 SHA-256 即 verdict 条目
     的 payload，或以 leaf.hashes 按 RFC 6962 通向 chunk 条目的 payload。
  6. decisions.jsonl 每行 body 的 SHA-256 即其条目的 payload。
`
