-- Orders of one unit: of one variant, or of variants picked at random. Arguments: token file, variant ids file, how many ids.
local tokens, variants, spread = {}, {}, 1

local function lines(name)
  local found = {}
  for line in io.lines(name) do found[#found + 1] = line end
  return found
end

function init(arguments)
  tokens, variants, spread = lines(arguments[1]), lines(arguments[2]), tonumber(arguments[3])
  math.randomseed(os.time())
end

function request()
  local body = string.format('{"items":[{"variant":%s,"quantity":1}]}', variants[math.random(1, spread)])
  return wrk.format("POST", "/api/orders/create", {
    ["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. tokens[math.random(1, #tokens)],
  }, body)
end
