-- Log-ins of customers picked at random. Argument: how many there are.
local customers = 1

function init(arguments)
  customers = tonumber(arguments[1])
  math.randomseed(os.time())
end

function request()
  local body = string.format('{"username":"bench%d","password":"correct horse 42 battery"}', math.random(1, customers))
  return wrk.format("POST", "/api/users/login", { ["Content-Type"] = "application/json" }, body)
end
