
-- Takes a connection on any port whose first bytes are a message, or the start of one with its whole fixed part.
local function guess(tvb, pinfo, tree)
  local bytes = tvb:raw(0, tvb:captured_len())
  local first = layout_of(pinfo)
  for _, layout in ipairs({ first, first == to_server and to_client or to_server }) do
    local stop = attempt(reader(tvb, bytes, 0, layout), layout, nil)
    if not stop or stop.opaque or stop.wait and #bytes >= layout.min then
      pinfo.conversation = proto
      dissect(tvb, pinfo, tree, layout)
      return true
    end
  end
  return false
end

proto:register_heuristic("tcp", guess)
