package api

// A message is what a code says: a title that never varies, and what to do.
type message struct{ title, detail text }

// textOf returns the message of a code.
func textOf(code string) message {
	if m, ok := requestText(code); ok {
		return m
	}
	t, ok := fieldText(code)
	if !ok {
		panic("api: no text for " + code)
	}
	return message{t, t}
}

// requestText is about a request as a whole.
func requestText(code string) (message, bool) {
	switch code {
	case "VALIDATION_FAILED":
		return message{text{"内容不符合要求", "Validation failed"},
			text{"请求里有字段不符合要求，请按 errors 逐条修改", "Some fields cannot be accepted; correct them as errors says"}}, true
	case "BAD_JSON":
		return message{text{"不是合格的 JSON", "Malformed JSON"},
			text{"正文不是合格的 UTF-8 JSON，请检查引号、逗号、括号和编码", "The body is not well-formed UTF-8 JSON; check quotes, commas, brackets and encoding"}}, true
	case "BODY_REQUIRED":
		return message{text{"缺少正文", "Body required"}, text{"这个请求要有 JSON 正文，请补上", "This request needs a JSON body"}}, true
	case "BODY_UNREADABLE":
		return message{text{"正文没有收全", "Body unreadable"}, text{"正文没有收全，请重新发送", "The body did not arrive whole; send it again"}}, true
	case "BODY_TOO_LARGE":
		return message{text{"正文过大", "Body too large"}, text{"正文超过上限，请分批提交", "The body exceeds the limit; send it in parts"}}, true
	case "UNSUPPORTED_MEDIA_TYPE":
		return message{text{"不支持的正文类型", "Unsupported media type"},
			text{"正文必须是 UTF-8 的 application/json，请修改 Content-Type", "The body must be application/json in UTF-8; correct Content-Type"}}, true
	case "UNAUTHENTICATED":
		return message{text{"需要有效的密钥", "Valid key required"},
			text{"请用 Authorization: Bearer 带上有效的密钥；密钥可能有误、已过期或已吊销", "Send a valid key with Authorization: Bearer; it may be wrong, expired or revoked"}}, true
	case "FORBIDDEN":
		return message{text{"没有权限", "Forbidden"},
			text{"这个密钥的角色不能做这件事，请换用有权限的密钥", "The role of this key may not do this; use a key that may"}}, true
	case "RATE_LIMITED":
		return message{text{"请求过于频繁", "Too many requests"},
			text{"请求过于频繁，请按 Retry-After 等待后再试", "Too many requests; wait as Retry-After says"}}, true
	case "NOT_FOUND":
		return message{text{"没有找到", "Not found"}, text{"没有找到所指的内容，请检查编号和路径", "There is no such thing; check the id and the path"}}, true
	case "METHOD_NOT_ALLOWED":
		return message{text{"不支持的方法", "Method not allowed"}, text{"这个路径不支持该方法，请查看 Allow", "This path does not take the method; see Allow"}}, true
	case "CONFLICT":
		return message{text{"版本冲突", "Conflict"},
			text{"内容已存在或已被改动，请重新读取，并用最新的 ETag 作为 If-Match 再提交", "It exists already or was changed; read it again and send its ETag as If-Match"}}, true
	case "IDEMPOTENCY_MISMATCH":
		return message{text{"请求名已用过", "Idempotency-Key used"},
			text{"同一个 Idempotency-Key 已用于另一个请求，请换一个新的", "This Idempotency-Key was used for another request; use a new one"}}, true
	case "IDEMPOTENCY_IN_HAND":
		return message{text{"同名请求还在处理", "Request in hand"},
			text{"同一个 Idempotency-Key 的请求还在处理，请按 Retry-After 等待后用同样的内容再试", "A request with this Idempotency-Key is in hand; wait as Retry-After says and send the same again"}}, true
	case "WRONG_STATE":
		return message{text{"状态不允许", "Wrong state"},
			text{"现在的状态不允许这样做，请重新读取后再决定", "Its state does not allow this now; read it again and decide"}}, true
	case "TIMEOUT":
		return message{text{"处理超时", "Timed out"}, text{"未能在时限内完成，请减小批量或稍后重试", "It took too long; send less at once or try again later"}}, true
	case "UNAVAILABLE":
		return message{text{"暂时不可用", "Unavailable"}, text{"服务暂时不可用，请稍后重试", "The service is unavailable for now; try again later"}}, true
	case "INTERNAL":
		return message{text{"内部错误", "Internal error"},
			text{"服务内部出错，结果没有保存；请把 instance 告诉管理员", "Something failed inside and nothing was kept; tell the administrator the instance"}}, true
	}
	return message{}, false
}

// fieldText is about one field or parameter.
func fieldText(code string) (text, bool) {
	switch code {
	case "INVALID":
		return text{"这个值不能接受，请对照接口文档修改", "This value cannot be accepted; see the documentation"}, true
	case "REQUIRED":
		return text{"必须填写，请补上", "Required"}, true
	case "UNKNOWN_FIELD":
		return text{"没有这个字段，请删除或改正拼写", "There is no such field; remove it or correct its name"}, true
	case "UNKNOWN_PARAMETER":
		return text{"没有这个查询参数，请删除或改正拼写", "There is no such query parameter; remove it or correct its name"}, true
	case "WRONG_TYPE":
		return text{"类型不对，请对照接口文档修改", "Wrong type; see the documentation"}, true
	case "TOO_SHORT":
		return text{"太短，请补充", "Too short"}, true
	case "TOO_LONG":
		return text{"太长，请缩短", "Too long"}, true
	case "TOO_FEW":
		return text{"项目太少，请补充", "Too few items"}, true
	case "TOO_MANY":
		return text{"项目太多，请分批提交", "Too many items; send them in parts"}, true
	case "OUT_OF_RANGE":
		return text{"超出允许的范围，请修改", "Out of range"}, true
	case "NOT_ALLOWED":
		return text{"不在允许的取值之内，请对照接口文档修改", "Not one of the allowed values; see the documentation"}, true
	case "BAD_FORMAT":
		return text{"格式不对，请对照接口文档修改", "Wrong format; see the documentation"}, true
	case "BAD_DATE":
		return text{"不是有效的日期，请写成 2026-01-31 的形式", "Not a valid date; write it as 2026-01-31"}, true
	case "BAD_ETAG":
		return text{"If-Match 必须是读取时得到的 ETag，请重新读取", "If-Match must be an ETag that was read; read again"}, true
	case "BAD_CURSOR":
		return text{"不是这个列表的 next，请从第一页重新读取", "Not a next of this list; read again from the first page"}, true
	case "NUL":
		return text{"含有空字符（U+0000），请删除", "Contains a NUL character (U+0000); remove it"}, true
	case "MASKED_VALUE":
		return text{"是遮盖过的值，保存会覆盖原值；请填写原值，或不提交 identity", "A masked value would replace what it hides; send the value itself or leave identity out"}, true
	case "DUPLICATE_ID":
		return text{"同一批里商品编号重复，请合并或分批提交", "The id stands twice in the batch; merge them or send them apart"}, true
	case "UNKNOWN_CATEGORY":
		return text{"没有这个类目，请用 GET /v1/categories 查询", "There is no such category; see GET /v1/categories"}, true
	case "UNKNOWN_PROFILE":
		return text{"没有这个口径，请用 GET /v1/dictionary 查询", "There is no such profile; see GET /v1/dictionary"}, true
	case "UNKNOWN_CLASS":
		return text{"没有这个品类，请用 GET /v1/dictionary/classes 查询", "There is no such class; see GET /v1/dictionary/classes"}, true
	case "BAD_URL":
		return text{"不是完整、规范的网址，请写成 https://主机/路径", "Not a whole address; write it as https://host/path"}, true
	case "URL_SCHEME":
		return text{"地址必须以 https:// 开头，请修改", "The address must begin with https://"}, true
	case "URL_PORT":
		return text{"不能连接这个端口，请改用 443 或 8443", "This port cannot be used; use 443 or 8443"}, true
	case "URL_USER_INFO":
		return text{"地址里不能带用户名或密码，请去掉", "The address must not hold a user name or a password"}, true
	case "PRIVATE_ADDRESS":
		return text{"地址指向内网、本机或保留网段，不能连接；确有需要请管理员用 --webhook-allow 放行", "The address is private or reserved; an administrator can allow its network with --webhook-allow"}, true
	case "TOO_MANY_WEBHOOKS":
		return text{"webhook 最多 100 个，请先删除不用的", "There are 100 webhooks already; delete one first"}, true
	case "BAD_SCHEDULE":
		return text{"时间表读不懂，请写成“分 时 日 月 周”，例如 0 2 * * *，时区如 Asia/Shanghai", "Not a schedule; write minute hour day month weekday, as in 0 2 * * *, and a zone such as Asia/Shanghai"}, true
	case "BAD_PARAMS":
		return text{"这个任务不接受这些参数，请对照接口文档修改", "This task does not take these parameters; see the documentation"}, true
	case "RUN_TARGETS":
		return text{"所给的商品、商家或起始时间与运行种类不符，请对照接口文档修改", "Listings, merchants or start do not fit the kind of run; see the documentation"}, true
	case "UNKNOWN_DOCUMENT":
		return text{"没有这种证照，请改用登记的名称或别名", "There is no such type of document; use a registered name or alias"}, true
	}
	return text{}, false
}
