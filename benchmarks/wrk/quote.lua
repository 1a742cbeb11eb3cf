-- Quotes of five variants, one unit each, picked at random. Arguments: variant ids file, how many ids.
local variants, spread = {}, 1

function init(arguments)
  for line in io.lines(arguments[1]) do variants[#variants + 1] = line end
  spread = tonumber(arguments[2])
  math.randomseed(os.time())
end

function request()
  local first, items = math.random(1, spread), {}
  for step = 0, 4 do
    items[#items + 1] = string.format('{"variant":%s,"quantity":1}', variants[(first + 7 * step) % spread + 1])
  end
  local body = '{"items":[' .. table.concat(items, ",") .. "]}"
  return wrk.format("POST", "/api/orders/quote", { ["Content-Type"] = "application/json" }, body)
end
