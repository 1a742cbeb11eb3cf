-- Callbacks of M-Pesa, each at the address of one of many payments. Arguments: file of paths.
local paths = {}

function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
  math.randomseed(os.time())
end

function request()
  local body = '{"Body":{"stkCallback":{"MerchantRequestID":"29115-34620561-1","CheckoutRequestID":"ws_CO_1",' ..
    '"ResultCode":1032,"ResultDesc":"Request cancelled by user"}}}'
  return wrk.format("POST", paths[math.random(1, #paths)], { ["Content-Type"] = "application/json" }, body)
end
