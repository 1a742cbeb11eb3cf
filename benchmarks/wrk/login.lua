-- Log-ins of customers picked at random, counted apart: answered, and refused because too many log in (429).
-- Arguments: how many customers there are; "patient" waits as Retry-After says (with one connection a thread).
local customers, patient = 1, false
local threads = {}
answered, busy, failed, pause = 0, 0, 0, 0

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("number", #threads)
end

function init(arguments)
  customers, patient = tonumber(arguments[1]), arguments[2] == "patient"
  math.randomseed(os.time() + 1000 * number)
end

function delay()
  local now = pause
  pause = 0
  return now
end

function request()
  local body = string.format('{"username":"bench%d","password":"correct horse 42 battery"}', math.random(1, customers))
  return wrk.format("POST", "/api/users/login", { ["Content-Type"] = "application/json" }, body)
end

function response(status, headers)
  if status == 200 then answered = answered + 1
  elseif status == 429 then
    busy = busy + 1
    if patient then pause = 1000 * tonumber(headers["Retry-After"] or headers["retry-after"]) end
  else failed = failed + 1 end
end

function done(summary)
  local found = { answered = 0, busy = 0, failed = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(found) do found[name] = found[name] + thread:get(name) end
  end
  print(string.format("answered %d busy %d failed %d", found.answered, found.busy, found.failed))
end
