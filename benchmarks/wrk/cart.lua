-- Reads of carts, each of the customer whose token is next. Arguments: token file.
local tokens = {}

function init(arguments)
  for line in io.lines(arguments[1]) do tokens[#tokens + 1] = line end
  math.randomseed(os.time())
end

function request()
  return wrk.format("GET", "/api/cart", { ["Authorization"] = "Bearer " .. tokens[math.random(1, #tokens)] })
end
