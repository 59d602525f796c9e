-- Takes payments in cash by TMF676, each under a key of its own. For wrk, which gives the address and counts.
-- TOKENS are of one merchant each, with commas between them; the merchants take turns. The keys count from FIRST, and the amount says which
-- key it was.
local tokens = {}
for token in os.getenv("TOKENS"):gmatch("[^,]+") do
  tokens[#tokens + 1] = token
end
local key = tonumber(os.getenv("FIRST"))

local body = '{"account":{"id":"C-%d"},"payer":{"id":"P-%d","name":"Ada Nkemelu","@referredType":"Individual"},'
  .. '"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":%d.%02d}}'

function request()
  local this = key
  key = key + 1
  local headers = {
    ["authorization"] = "Bearer " .. tokens[this % #tokens + 1],
    ["content-type"] = "application/json",
    ["idempotency-key"] = string.format("try %d", this),
  }
  return wrk.format("POST", "/paymentManagement/v4/payment", headers,
    body:format(this % 997, this % 997, math.floor(this / 100), this % 100))
end
