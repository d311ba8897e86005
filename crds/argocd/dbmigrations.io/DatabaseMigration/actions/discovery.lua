-- Disabled is what a person would not want; each is safe all the same.
local actions = {}
local suspended = obj.spec.suspend == true
actions["suspend"] = {["disabled"] = suspended}
actions["resume"] = {["disabled"] = not suspended}

-- What waits for a person's word, or is at it and would only be asked for once more.
local ready, reconciling, unapproved = false, false, false
if obj.status ~= nil then
  for _, condition in ipairs(obj.status.conditions or {}) do
    unapproved = unapproved or condition.reason == "ApprovalRequired"
    if condition.status == "True" then
      ready = ready or condition.type == "Ready"
      reconciling = reconciling or condition.type == "Reconciling"
    end
  end
end
actions["retry"] = {["disabled"] = suspended or ready or reconciling or obj.status == nil}

-- With the digest that waits, of which the message shows the beginning.
local digest = ""
if obj.status ~= nil and obj.status.plan ~= nil then
  digest = obj.status.plan.digest
end
for _, answer in ipairs({"approve", "reject"}) do
  actions[answer] = {
    ["disabled"] = not unapproved,
    ["params"] = {{["name"] = "digest", ["default"] = digest}},
  }
end
return actions
