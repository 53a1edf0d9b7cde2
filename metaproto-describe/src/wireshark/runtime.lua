-- Numbers --------------------------------------------------------------------------------------------------------
-- A number is a Lua number where it fits 48 bits, otherwise a "wide" one: 6 limbs of 24 bits, lowest first, two's
-- complement. So numbers of all widths are exact in every version of Lua.

local LIMBS, LIMB = 6, 2 ^ 24
local bitwise = bit32 or bit or load("return { band = function(a, b) return a & b end, "
  .. "bor = function(a, b) return a | b end, bxor = function(a, b) return a ~ b end }")()

local function wide(x)
  if type(x) == "table" then return x end
  local limbs = {}
  for i = 1, LIMBS do limbs[i] = math.floor(x / LIMB ^ (i - 1)) % LIMB end
  return limbs
end

local function narrow(w)
  local same = true
  for i = 4, LIMBS do same = same and w[i] == w[3] end
  if same and w[3] == 0 then return w[1] + w[2] * LIMB end
  if same and w[3] == LIMB - 1 then return w[1] + w[2] * LIMB - LIMB ^ 2 end
  return w
end

-- The number in 36 hex digits.
local function hex(digits)
  local limbs = {}
  for i = 1, LIMBS do limbs[i] = tonumber(digits:sub(37 - 6 * i, 42 - 6 * i), 16) end
  return limbs
end

-- A Lua number that is at least as far from zero, for lengths: beyond every maximum where it is not exact.
local function approximate(x)
  if type(x) == "number" then return x end
  return x[LIMBS] >= LIMB / 2 and -2 ^ 62 or 2 ^ 62
end

-- -1, 0 or 1.
local function compare(a, b)
  a, b = wide(a), wide(b)
  for i = LIMBS, 1, -1 do
    local x, y = a[i], b[i]
    if i == LIMBS then x, y = (x + LIMB / 2) % LIMB, (y + LIMB / 2) % LIMB end
    if x ~= y then return x < y and -1 or 1 end
  end
  return 0
end

local function limbwise(operate)
  return function(a, b)
    a, b = wide(a), wide(b)
    local limbs = {}
    for i = 1, LIMBS do limbs[i] = operate(a[i], b[i]) % LIMB end
    return narrow(limbs)
  end
end

local function truth(holds) return holds and 1 or 0 end

local op = {
  eq = function(a, b) return truth(compare(a, b) == 0) end,
  ne = function(a, b) return truth(compare(a, b) ~= 0) end,
  lt = function(a, b) return truth(compare(a, b) < 0) end,
  le = function(a, b) return truth(compare(a, b) <= 0) end,
  gt = function(a, b) return truth(compare(a, b) > 0) end,
  ge = function(a, b) return truth(compare(a, b) >= 0) end,
  both = function(a, b) return truth(a ~= 0 and b ~= 0) end,
  either = function(a, b) return truth(a ~= 0 or b ~= 0) end,
  negate = function(a) return truth(a == 0) end,
  band = limbwise(bitwise.band),
  bor = limbwise(bitwise.bor),
  bxor = limbwise(bitwise.bxor),
}

function op.shr(a, count)
  count = approximate(count)
  if count < 0 or count >= 127 then return 0 end
  local w, limbs = wide(a), {}
  local skip, shift = math.floor(count / 24), 2 ^ (count % 24)
  local sign = w[LIMBS] >= LIMB / 2 and LIMB - 1 or 0
  for i = 1, LIMBS do
    local low, high = w[i + skip] or sign, w[i + skip + 1] or sign
    limbs[i] = math.floor((low + high * LIMB) / shift) % LIMB
  end
  return narrow(limbs)
end

-- The low bits, with their sign if they have one.
local function low(x, bits, signed)
  local w, limbs = wide(x), {}
  local top = math.floor(w[math.floor((bits - 1) / 24) + 1] / 2 ^ ((bits - 1) % 24)) % 2
  local fill = signed and top == 1
  for i = 1, LIMBS do
    local left = math.max(0, math.min(24, bits - 24 * (i - 1)))
    limbs[i] = w[i] % 2 ^ left + (fill and LIMB - 2 ^ left or 0)
  end
  return narrow(limbs)
end

local function to_64(x, signed)
  local w = wide(x)
  local low_half = w[1] + w[2] % 2 ^ 8 * LIMB
  local high_half = math.floor(w[2] / 2 ^ 8) + w[3] % 2 ^ 16 * 2 ^ 16
  return (signed and Int64 or UInt64).new(low_half, high_half)
end

-- For people.
local function in_hex(x)
  local digits, w = "", wide(x)
  for i = LIMBS, 1, -1 do digits = digits .. ("%06x"):format(w[i]) end
  return "0x" .. digits:gsub("^0+(.)", "%1")
end

local function text(x)
  if type(x) == "string" then return x end
  if type(x) == "number" then return string.format("%.0f", x) end
  local negative = x[LIMBS] >= LIMB / 2
  if compare(low(x, 64, negative), x) == 0 then return tostring(to_64(x, negative)) end
  return in_hex(x)
end

-- How the bytes of a number spell it.
local U_BE, U_LE = {}, { little = true }
local I_BE, I_LE = { signed = true }, { signed = true, little = true }
local F_BE, F_LE = { float = true }, { float = true, little = true }
local B_BE, B_LE = { flag = true }, { flag = true, little = true }

local function number_in(bytes, from, width, format)
  local limbs = { 0, 0, 0, 0, 0, 0 }
  for i = 0, width - 1 do
    local place = format.little and i or width - 1 - i
    local limb = math.floor(place / 3) + 1
    limbs[limb] = limbs[limb] + bytes:byte(from + i + 1) * 2 ^ (8 * (place % 3))
  end
  return low(limbs, 8 * width, format.signed)
end

local function is_utf8(s)
  local at = 1
  while at <= #s do
    local lead, second = s:byte(at, at + 1)
    local count = lead < 0x80 and 0 or lead >= 0xC2 and lead < 0xE0 and 1 or lead >= 0xE0 and lead < 0xF0 and 2
      or lead >= 0xF0 and lead < 0xF5 and 3
    if not count then return false end
    for i = 1, count do
      local byte = s:byte(at + i)
      if not byte or byte < 0x80 or byte >= 0xC0 then return false end
    end
    if lead == 0xE0 and second < 0xA0 or lead == 0xED and second >= 0xA0 or lead == 0xF0 and second < 0x90
      or lead == 0xF4 and second >= 0x90 then
      return false
    end
    at = at + count + 1
  end
  return true
end

-- Reading --------------------------------------------------------------------------------------------------------
-- A reader goes through one message. All positions count from the start of the buffer. It keeps account of how long
-- the message must be, so that it can say how much is missing, and checks every length before it believes it.
-- `t` is a tree item, or nil to find out only whether the message is whole. Reading stops with an error of
-- { wait = bytes }, { fault = text } or { opaque = true }.

local MAX_DEPTH = 8
local MAX_SHOWN = 10000 -- fields of one message in the tree
local MAX_ITEMS = 1000000 -- items of one message

local Reader = {}
Reader.__index = Reader

local function reader(tvb, bytes, start, layout)
  return setmetatable({
    tvb = tvb,
    bytes = bytes,
    limit = #bytes,
    start = start,
    pos = start,
    from = start, -- of the present field
    path = { "" },
    header_min = start + layout.min,
    trailers = layout.trailers,
    shown = 0,
    items = 0,
    kind = layout.kind,
    facts = {},
  }, Reader)
end

function Reader:wait(missing)
  local needed = math.max(self.frame or 0, self:needed())
  error({ wait = math.max(needed - self.limit, missing or 1) })
end

function Reader:fault(format, ...)
  local values = { ... }
  for i, value in ipairs(values) do values[i] = text(value) end
  error({ fault = format:format((table.unpack or unpack)(values)), path = table.concat(self.path, "."), at = self.from })
end

function Reader:needed()
  return math.max(self.header_min, self.header or 0) + (self.body_len or 0) + self.trailers
end

-- Where what contains the present field ends; nil where nothing tells.
function Reader:last()
  local frame = self.frame and self.frame - (self.body_len or 0) - self.trailers
  local last = self.stop
  if frame and (not last or frame < last) then last = frame end
  if self.header and (not last or self.header < last) then last = self.header end
  return last
end

function Reader:left()
  local last = self:last()
  return last and math.max(last - self.pos, 0)
end

-- Begins a field: what goes wrong from here on is said of it.
function Reader:field(name)
  self.path[#self.path] = name
  self.from = self.pos
  return self
end

-- Goes on with a field of the group that was read.
function Reader:within(name)
  self.path[#self.path] = name
  return self
end

function Reader:take(count)
  local left = self:left()
  if left and count > left then
    self:fault("needs %s bytes, but only %s are left in what contains it", count, left)
  end
  local from = self.pos
  self.header_min = math.max(self.header_min, from + count)
  if from + count > self.limit then self:wait() end
  self.pos = from + count
  return from
end

-- The length or count that a number states, of things of at least `each` bytes.
function Reader:claim(number, each, max, scale, offset)
  local found = approximate(number) * (scale or 1) + (offset or 0)
  if found < 0 then
    self:fault("length %s is below the minimum of %s", number, math.ceil(-offset / (scale or 1)))
  end
  local last = self:last()
  local left = last and math.max(last - self.header_min, 0)
  if left and found * each > left then
    self:fault("needs %s bytes, but only %s are left in what contains it", found * each, left)
  end
  if found > max then self:fault("%s is above the limit of %s", found, max) end
  self.header_min = self.header_min + found * each
  return found
end

-- Showing

function Reader:range(from, to)
  return self.tvb:range(from, to - from)
end

function Reader:add(t, field, from, to, format, value)
  self.item = nil
  if not t or self.shown >= MAX_SHOWN then return end
  self.shown = self.shown + 1
  local range = self:range(from, to)
  if value ~= nil then
    self.item = t:add(field, range, value)
  elseif format and format.text then
    self.item = t:add_packet_field(field, range, ENC_UTF_8)
  elseif format and format.little then
    self.item = t:add_le(field, range)
  else
    self.item = t:add(field, range)
  end
  return self.item
end

-- A subtree for what is read until `close`.
function Reader:open(t, field)
  local from = self.pos
  return { item = self:add(t, field, from, math.min(from + 1, self.limit)), from = from }
end

function Reader:close(sub, note)
  if not sub.item then return end
  sub.item:set_len(self.pos - sub.from)
  if note then sub.item:append_text(note) end
end

-- Where the last field lies, and its item.
function Reader:mark()
  return { from = self.from, to = self.pos, item = self.item }
end

-- Numbers

function Reader:number(t, field, width, format, scale)
  local from = self:take(width)
  local value = number_in(self.bytes, from, width, format)
  if format.flag and value ~= 0 and value ~= 1 then self:fault("a boolean is 0 or 1, found %s", value) end
  if scale then return self:scaled(t, field, from, self.pos, value, scale, format.signed) end
  self:add(t, field, from, self.pos, format)
  return value
end

function Reader:scaled(t, field, from, to, value, scale, signed)
  self:add(t, field, from, to, nil, to_64(value, signed) * to_64(scale, signed))
  return approximate(value) * scale
end

function Reader:constant(t, field, expected, format)
  for i = 1, #expected do
    local found = self.bytes:byte(self.pos + i)
    if found and found ~= expected:byte(i) then
      self.from = self.pos + i - 1
      self:fault("expected the constant byte 0x%s, found 0x%s", ("%02x"):format(expected:byte(i)), ("%02x"):format(found))
    end
  end
  local from = self:take(#expected)
  self:add(t, field, from, self.pos, format)
  return format and number_in(self.bytes, from, #expected, format)
end

-- Adjacent bit fields, as one number.
function Reader:group(width, format)
  local from = self:take(width)
  return { from = from, to = self.pos, format = format, masked = width <= 4,
    value = number_in(self.bytes, from, width, format) }
end

function Reader:bits(t, field, group, shift, bits, format, scale)
  local value = low(op.shr(group.value, shift), bits, format.signed)
  if format.flag and value ~= 0 and value ~= 1 then self:fault("a boolean is 0 or 1, found %s", value) end
  if scale then return self:scaled(t, field, group.from, group.to, value, scale, format.signed) end
  local shown
  if not group.masked then
    shown = to_64(value, format.signed)
    if format.flag then shown = value == 1 end
  end
  self:add(t, field, group.from, group.to, group.format, shown)
  return value
end

function Reader:constant_bits(t, field, group, shift, bits, format, expected)
  local value = self:bits(t, field, group, shift, bits, format)
  if compare(value, expected) ~= 0 then self:fault("expected the constant %s, found %s", in_hex(expected), in_hex(value)) end
  return value
end

local LEB128, VLQ = "LEB128", "VLQ"
local TOO_LONG = "variable-length integer is longer than %s bytes or too large"

function Reader:variable(form, bits, most)
  local sevens = {}
  repeat
    local byte = self.bytes:byte(self:take(1) + 1)
    table.insert(sevens, form == VLQ and #sevens + 1 or 1, byte % 128)
    if byte >= 128 and #sevens >= most then self:fault(TOO_LONG, most) end
  until byte < 128
  local limbs = { 0, 0, 0, 0, 0, 0 }
  for _, seven in ipairs(sevens) do
    local carry = seven
    for i = 1, LIMBS do
      local sum = limbs[i] * 128 + carry
      limbs[i], carry = sum % LIMB, math.floor(sum / LIMB)
    end
  end
  local value = narrow(limbs)
  if op.shr(value, bits) ~= 0 then self:fault(TOO_LONG, most) end
  return value
end

function Reader:varint(t, field, form, bits, most, zigzag, scale)
  local from = self.pos
  local value = self:variable(form, bits, most)
  if zigzag then
    local odd = op.band(value, 1)
    value = op.shr(value, 1)
    if odd == 1 then value = op.bxor(value, -1) end
  end
  if scale then return self:scaled(t, field, from, self.pos, value, scale, zigzag) end
  self:add(t, field, from, self.pos, nil, to_64(value, zigzag))
  return value
end

-- What varies in length

-- The length before what it measures; nil where it says that nothing is there.
function Reader:length(t, field, form)
  local number
  local from = self.pos
  if form.varint then
    number = self:variable(form.varint, 64, 10)
    self:add(t, field, from, self.pos, nil, to_64(number))
  else
    self:take(form.width)
    number = number_in(self.bytes, from, form.width, form.format)
    self:add(t, field, from, self.pos, form.format)
  end
  if form.unless and compare(number, form.unless) == 0 then return nil end
  return self:claim(number, form.each, form.max, form.scale, form.offset)
end

-- The length of what goes to the end of what contains it.
function Reader:rest(max)
  local left = self:left()
  if not left then self:fault("nothing says where it ends") end
  return self:claim(left, 1, max)
end

-- Whether there is room for one more field.
function Reader:room()
  local left = self:left()
  if not left then self:fault("nothing says where it ends") end
  return left > 0
end

-- What peers put into open maps need not be UTF-8.
local BYTES, TEXT, PEER_TEXT = {}, { text = true, utf8 = true }, { text = true }

function Reader:require_text(value)
  if not is_utf8(value) then self:fault("not valid UTF-8") end
end

function Reader:show_octets(t, field, from, to, format)
  local value = self.bytes:sub(from + 1, to)
  if format.utf8 then self:require_text(value) end
  self:add(t, field, from, to, format)
  return value
end

function Reader:octets(t, field, format, count)
  local from = self:take(count)
  return self:show_octets(t, field, from, self.pos, format)
end

function Reader:padded(t, field, format, count, pad)
  local from = self:take(count)
  local to = self.pos
  while to > from and self.bytes:byte(to) == pad do to = to - 1 end
  return self:show_octets(t, field, from, to, format)
end

function Reader:delimited(t, field, format, delimiter, max)
  local from, room = self.pos, max + #delimiter
  local left = self:left()
  local visible = math.min(self.limit - from, room, left or room)
  local found = self.bytes:sub(from + 1, from + visible):find(delimiter, 1, true)
  if found then
    self:take(found - 1 + #delimiter)
    return self:show_octets(t, field, from, from + found - 1, format)
  end
  if visible >= room then self:fault("%s is above the limit of %s", max + 1, max) end
  if left and visible >= left then
    self:fault("needs %s bytes, but only %s are left in what contains it", left + 1, left)
  end
  local seen = 0
  for count = 1, math.min(#delimiter - 1, visible) do
    if self.bytes:sub(from + visible - count + 1, from + visible) == delimiter:sub(1, count) then seen = count end
  end
  self:take(visible + #delimiter - seen)
end

-- Lists and maps; `read(r, t)` reads one item or pair.

function Reader:each(sub, read)
  self.items = self.items + 1
  if self.items > MAX_ITEMS then self:fault("more than %s items are not dissected", MAX_ITEMS) end
  read(self, sub.item)
end

function Reader:elements(t, field, count, read)
  local sub = self:open(t, field)
  for _ = 1, count do self:each(sub, read) end
  self:close(sub, (": %.0f"):format(count))
end

function Reader:filled(t, field, length, read)
  local sub, count = self:open(t, field), 0
  self:enter(length)
  while self.pos < self.stop do
    local before = self.pos
    self.from = before
    self:each(sub, read)
    count = count + 1
    if self.pos == before then self:fault("%s bytes are left over", self.stop - before) end
  end
  self:leave()
  self:close(sub, (": %.0f"):format(count))
end

function Reader:terminated(t, field, delimiter, max, read)
  local sub, count, begin = self:open(t, field), 0, self.from
  while not self:ends(delimiter) do
    if count >= max then
      self.from = begin
      self:fault("%s is above the limit of %s", max + 1, max)
    end
    self:each(sub, read)
    self.from = self.pos
    count = count + 1
  end
  self:close(sub, (": %.0f"):format(count))
end

-- Whether the delimiter comes next; then it is read.
function Reader:ends(delimiter)
  local next_bytes = self.bytes:sub(self.pos + 1, self.pos + #delimiter)
  if next_bytes ~= delimiter:sub(1, #next_bytes) then return false end
  -- All that is there is the start of a delimiter: the rest of it must come.
  self:take(#delimiter)
  return true
end

function Reader:pair(t, field, read_key, read_value)
  local sub = self:open(t, field)
  read_key(self, sub.item)
  read_value(self, sub.item)
  self:close(sub)
end

-- Parts

function Reader:nest(read, t)
  if #self.path >= MAX_DEPTH then self:fault("nested deeper than %s headers", MAX_DEPTH) end
  self.path[#self.path + 1] = ""
  read(self, t)
  self.path[#self.path] = nil
end

function Reader:part(t, field, read)
  local sub = self:open(t, field)
  self:nest(read, sub.item)
  self:close(sub)
end

-- Makes the next bytes a container of their own.
function Reader:enter(length)
  local from = self:take(length)
  self.outer = { stop = self.stop, header_min = self.header_min, outer = self.outer }
  self.pos, self.stop, self.header_min = from, from + length, from
end

function Reader:leave()
  local left = self.stop - self.pos
  self.from = self.pos
  if left > 0 then self:fault("%s bytes are left over", left) end
  self.stop, self.header_min, self.outer = self.outer.stop, self.outer.header_min, self.outer.outer
end

function Reader:block(t, field, length, read)
  local sub = self:open(t, field)
  self:enter(length)
  self:nest(read, sub.item)
  self:leave()
  self:close(sub)
end

-- `alternatives` are tags, names and functions; without a function there are no bytes.
function Reader:choice(t, field, tag, alternatives, other)
  local title, read = "other", other
  local known = other ~= nil
  for _, each in ipairs(alternatives) do
    if compare(tag, each[1]) == 0 then
      known, title, read = true, each[2], each[3]
      break
    end
  end
  if not known then self:fault("unknown code %s", in_hex(tag)) end
  local sub = self:open(t, field)
  if read then self:nest(read, sub.item) end
  self:close(sub, ": " .. title)
end

-- What only the codec can read: bytes whose number is known, or all that is left of the message.
function Reader:custom(t, field, min, max)
  if min ~= max then error({ opaque = true }) end
  local from = self:take(min)
  self:add(t, field, from, self.pos)
end

-- Zeros up to a multiple.
function Reader:align(start, multiple)
  while (self.pos - start) % multiple ~= 0 do
    self.from = self.pos
    local found = self.bytes:byte(self:take(1) + 1)
    if found ~= 0 then self:fault("padding must be zero, found 0x%s", ("%02x"):format(found)) end
  end
end

-- The message

function Reader:size(number, offset, min, room, max)
  local found = approximate(number) + offset
  if found < min then self:fault("length %s is below the minimum of %s", number, min - offset) end
  if room and found > room then
    self:fault("needs %s bytes, but only %s are left in what contains it", found, room)
  end
  if found > max then self:fault("%s is above the limit of %s", number, max) end
  return found
end

function Reader:frame_len(number, offset, max)
  self.frame = self.start + self:size(number, offset, self:needed() - self.start, nil, max)
end

function Reader:rest_len(number, offset, max)
  self.frame = self.pos + self:size(number, offset, self:needed() - self.pos, nil, max)
end

function Reader:header_len(number, offset, max)
  local room = self.frame and self.frame - self.start - (self.body_len or 0) - self.trailers
  self.header = self.start + self:size(number, offset, self.header_min - self.start, room, max)
end

function Reader:body_length(number, offset, max)
  local room = self.frame and self.frame - math.max(self.header_min, self.header or 0) - self.trailers
  self.body_len = self:size(number, offset, 0, room, max)
end

-- A trailer is there that need not be.
function Reader:trailer(name, bytes)
  local left = self.frame and math.max(self.frame - self:needed(), 0)
  if left and bytes > left then
    self:field(name)
    self:fault("needs %s bytes, but only %s are left in what contains it", bytes, left)
  end
  self.trailers = self.trailers + bytes
end

-- Ends the header: waits for the whole message and shows the body. What follows are trailers.
function Reader:body(t)
  local header = self.header or self.pos
  local frame = self.frame or header + (self.body_len or 0) + self.trailers
  local left = frame - header - (self.body_len or 0) - self.trailers
  if left < 0 or self.body_len and left > 0 then self:fault("%s bytes are left over", math.max(left, 0)) end
  self.header_min = math.max(self.header_min, header)
  self.frame = frame
  if self.limit < frame then self:wait() end
  local body_end = frame - self.trailers
  if header > self.pos then self:add(t, common.header_extension, self.pos, header) end
  if body_end > header then self:add(t, common.body, header, body_end) end
  self.pos, self.header_end, self.stop = body_end, header, frame
  self.header, self.body_len, self.frame, self.trailers = nil, nil, nil, 0
end

-- What the message is

function Reader:message_type(code, kinds)
  for _, each in ipairs(kinds) do
    if compare(code, each[1]) == 0 then
      self.kind = each[2]
      return
    end
  end
  self:fault("unknown code %s", in_hex(code))
end

function Reader:oneway(holds)
  if holds and self.kind == "request" then self.kind = "oneway" end
end

function Reader:heartbeat(holds)
  if not holds then return end
  if self.kind == "request" or self.kind == "oneway" then self.kind = "ping" end
  if self.kind == "response" or self.kind == "error" then self.kind = "pong" end
end

function Reader:status(is_ok)
  if self.kind == "response" and not is_ok then self.kind = "error" end
end

-- A fact for the info column.
function Reader:fact(name, value)
  if type(value) == "string" and not (is_utf8(value) and not value:find("%c")) then
    value = value:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
  end
  table.insert(self.facts, name .. "=" .. text(value))
end

function Reader:summary()
  return table.concat({ self.kind, (table.unpack or unpack)(self.facts) }, " ")
end

-- Checksums

local BAD, GOOD, UNVERIFIED = 0, 1, 2

-- Compares the checksum at `mark` with that of the bytes, among which its own count as zeros. `sum` is nil where the
-- algorithm is not known here.
function Reader:checksum(field, mark, value, from, to, sum)
  if not mark.item then return end
  local range = self:range(mark.from, mark.to)
  if not sum then
    mark.item:add(field, range, UNVERIFIED):set_generated()
    return
  end
  local zero_from, zero_to = math.max(mark.from, from), math.min(mark.to, to)
  local bytes = self.bytes:sub(from + 1, to)
  if zero_from < zero_to then
    bytes = self.bytes:sub(from + 1, zero_from) .. ("\0"):rep(zero_to - zero_from) .. self.bytes:sub(zero_to + 1, to)
  end
  local computed = sum(bytes)
  local is_good = compare(low(value, 32), computed) == 0
  local status = mark.item:add(field, range, is_good and GOOD or BAD)
  status:set_generated()
  if not is_good then
    local where = ("byte %.0f, field %s"):format(mark.from - self.start, table.concat(self.path, "."))
    local what = ("checksum is %s, but the bytes give %s"):format(in_hex(value), in_hex(computed))
    status:add_proto_expert_info(experts.checksum, where .. ": " .. what)
  end
end

-- A cyclic redundancy check of at most 32 bits.
local known = {}
local function crc(width, polynomial, initial, reflected, final)
  local key = table.concat({ width, polynomial, initial, tostring(reflected), final }, " ")
  if known[key] then return known[key] end
  local tables = {}
  local top = 2 ^ (width - 1)
  for byte = 0, 255 do
    local sum = reflected and byte or byte * 2 ^ (width - 8)
    for _ = 1, 8 do
      if reflected then
        local odd = sum % 2
        sum = math.floor(sum / 2)
        if odd == 1 then sum = bitwise.bxor(sum, polynomial) % 2 ^ 32 end
      else
        local carry = sum >= top
        sum = sum * 2 % 2 ^ width
        if carry then sum = bitwise.bxor(sum, polynomial) % 2 ^ 32 end
      end
    end
    tables[byte] = sum
  end
  known[key] = function(bytes)
    local sum = initial
    for at = 1, #bytes do
      local byte = bytes:byte(at)
      if reflected then
        local index = bitwise.bxor(sum % 256, byte)
        sum = bitwise.bxor(math.floor(sum / 256), tables[index]) % 2 ^ 32
      else
        local index = bitwise.bxor(math.floor(sum / 2 ^ (width - 8)), byte)
        sum = bitwise.bxor(sum * 256 % 2 ^ width, tables[index]) % 2 ^ 32
      end
    end
    return bitwise.bxor(sum, final) % 2 ^ 32
  end
  return known[key]
end

local function adler32(bytes)
  local a, b = 1, 0
  for at = 1, #bytes do
    a = (a + bytes:byte(at)) % 65521
    b = (b + a) % 65521
  end
  return a + b * 2 ^ 16
end

local function sum_of_bytes(bits)
  return function(bytes)
    local sum = 0
    for at = 1, #bytes do sum = (sum + bytes:byte(at)) % 2 ^ bits end
    return sum
  end
end

local function xor_of_bytes(bytes)
  local sum = 0
  for at = 1, #bytes do sum = bitwise.bxor(sum, bytes:byte(at)) end
  return sum
end

-- The ones' complement of the ones' complement sum of 16-bit words, as of IP.
local function internet(bytes)
  local sum = 0
  for at = 1, #bytes, 2 do
    sum = sum + bytes:byte(at) * 256 + (bytes:byte(at + 1) or 0)
  end
  while sum >= 2 ^ 16 do sum = sum % 2 ^ 16 + math.floor(sum / 2 ^ 16) end
  return 2 ^ 16 - 1 - sum
end
