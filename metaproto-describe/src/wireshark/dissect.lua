-- Dissecting -----------------------------------------------------------------------------------------------------

-- Reads one message; why reading stopped, nil where the message is whole.
local function attempt(r, layout, t)
  local done, stop = pcall(layout.read, r, t)
  if done then return nil end
  if type(stop) ~= "table" then error(stop, 0) end
  return stop
end

local to_client_only = { response = true, error = true }
local to_server_only = { request = true, oneway = true }

-- Shows the message at `start`, whole or as far as it can be read; returns its end and its summary.
local function show(tvb, bytes, start, layout, tree)
  local message = tree:add(proto, tvb:range(start))
  local r = reader(tvb, bytes, start, layout)
  local stop = attempt(r, layout, message)
  local last = r.pos
  if stop then
    last = r.frame and math.min(r.frame, #bytes) or #bytes
    if stop.fault then
      local at = math.min(stop.at, #bytes - 1)
      local where = ("byte %.0f, field %s: %s"):format(stop.at - start, stop.path, stop.fault)
      local item = message:add(tvb:range(at, math.max(1, math.min(r.pos, #bytes) - at)), "Malformed: " .. where)
      item:add_proto_expert_info(experts.malformed, where)
      last = #bytes
    elseif stop.opaque then
      message:add(common.opaque, tvb:range(r.pos, last - r.pos))
    else
      message:add_proto_expert_info(experts.cut)
    end
  end
  message:set_len(last - start)
  message:append_text(", " .. r:summary())
  local kind = message:add(common.kind, r.kind)
  kind:set_generated()
  local is_wrong = layout.to_server and to_client_only[r.kind] or not layout.to_server and to_server_only[r.kind]
  if is_wrong then kind:add_proto_expert_info(experts.direction) end
  if r.shown >= MAX_SHOWN then message:add_proto_expert_info(experts.many) end
  return last, stop and stop.fault and "malformed " .. r:summary() or r:summary()
end

-- Adds to the info column, into which all messages of a packet write.
local function inform(pinfo, text)
  local key = proto.name .. ".messages"
  if pinfo.private[key] then
    pinfo.cols.info:append(", " .. text)
  else
    pinfo.cols.info:set(text)
    pinfo.private[key] = "1"
  end
  pinfo.cols.info:fence()
end

local function dissect(tvb, pinfo, tree, layout)
  pinfo.cols.protocol:set(proto.name)
  local bytes = tvb:raw(0, tvb:captured_len())
  local is_cut = tvb:captured_len() < tvb:reported_len()
  local at = 0
  while at < #bytes do
    local r = reader(tvb, bytes, at, layout)
    local stop = attempt(r, layout, nil)
    if stop and stop.opaque and r.frame and r.frame > #bytes then stop = { wait = r.frame - #bytes } end
    if stop and stop.wait and not is_cut and pinfo.can_desegment > 0 then
      pinfo.desegment_offset = at
      -- A number of bytes that turns out to be too small is lost when packets are dissected again.
      pinfo.desegment_len = r.frame and r.frame > #bytes and r.frame - #bytes or DESEGMENT_ONE_MORE_SEGMENT
      return tvb:len()
    end
    local summary
    at, summary = show(tvb, bytes, at, layout, tree)
    inform(pinfo, summary)
  end
  return tvb:len()
end

-- Ports on which servers listen, as the user has them.
local function is_server(port)
  for first, last in tostring(proto.prefs.ports):gmatch("(%d+)%-?(%d*)") do
    if port >= tonumber(first) and port <= (tonumber(last) or tonumber(first)) then return true end
  end
  return false
end

local function layout_of(pinfo)
  local to, from = is_server(pinfo.dst_port), is_server(pinfo.src_port)
  if to == from then to = pinfo.dst_port < pinfo.src_port end
  return to and to_server or to_client
end

function proto.dissector(tvb, pinfo, tree)
  return dissect(tvb, pinfo, tree, layout_of(pinfo))
end

local tcp = DissectorTable.get("tcp.port")
local registered = ""

local function register()
  local ports = tostring(proto.prefs.ports)
  if ports == registered then return end
  if registered ~= "" then tcp:remove(registered, proto) end
  if ports ~= "" then tcp:add(ports, proto) end
  registered = ports
end

function proto.prefs_changed() register() end
