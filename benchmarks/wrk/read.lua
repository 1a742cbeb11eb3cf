-- Reads that are never the same twice: a random page, price, filter or product each time; or always the same list or product.
-- Arguments: what, how many products, a seed.
local what, size = "page", 1000

function init(arguments)
  what, size = arguments[1], tonumber(arguments[2])
  math.randomseed(os.time() + tonumber(arguments[3]))
end

-- Rare and frequent, misspelt and not; samsung is a tenth of the synthetic products.
local firsts = {"samsung", "samsng", "apple", "anker", "hp", "lenovo", "tecno", "xiaomi", "jbl", "sony", "galxy"}
local seconds = {"", "+phone", "+charger", "+laptop", "+64gb", "+usb+c", "+nova", "+baobab+pro", "+headphnes", "+cable"}

function words()
  return firsts[math.random(#firsts)] .. seconds[math.random(#seconds)]
end

local paths = {
  list = function() return "/api/products" end,
  one = function() return "/api/products/1" end,
  page = function() return string.format("/api/products?page=%d", math.random(1, math.floor(size / 24))) end,
  price = function()
    return string.format("/api/products?min_price=%d.%02d", math.random(500, 60000), math.random(0, 99))
  end,
  filtered = function()
    return string.format("/api/products?category=smartphones&in_stock=true&ordering=price&min_price=%d.%02d",
      math.random(500, 60000), math.random(0, 99))
  end,
  search = function()
    return string.format("/api/products?search=%s&min_price=%d.%02d", words(), math.random(500, 60000), math.random(0, 99))
  end,
  facets = function()
    return string.format("/api/products/facets?search=%s&min_price=%d.%02d", words(), math.random(500, 60000),
      math.random(0, 99))
  end,
  suggest = function()
    local text = words()
    return "/api/products/suggest?q=" .. text:sub(1, math.random(3, #text)):gsub("%+$", "")
  end,
  detail = function() return string.format("/api/products/%d", math.random(1, size)) end,
}

function request()
  return wrk.format("GET", paths[what]())
end

function done(summary, latency)
  print(string.format("p95 %d us", latency:percentile(95)))
end
