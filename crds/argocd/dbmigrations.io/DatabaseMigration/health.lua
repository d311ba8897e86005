-- The status of a DatabaseMigration follows kstatus: Ready is always there once the operator has seen
-- the resource, Reconciling and Stalled only while they are True.
local hs = {status = "Progressing", message = "Waiting for the operator to see the resource"}

if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "Being deleted"
  return hs
end

-- What the status says of an earlier generation is not about what Git asks for now.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions or {}) do
  conditions[condition.type] = condition
end

local ready = conditions["Ready"]
if ready == nil then
  return hs
end
hs.message = ready.message

local function holds(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end

-- The reasons that wait for a person, with nothing wrong. A resource that is Ready waits for nobody,
-- suspended or not: a freeze of migrations must not stop every other deployment.
local waiting = {ApprovalRequired = true, PlanRejected = true, Planned = true, Suspended = true}

if holds("Stalled") then
  hs.status = "Degraded"
elseif holds("Reconciling") then
  hs.status = "Progressing"
elseif holds("Ready") then
  hs.status = "Healthy"
elseif waiting[ready.reason] then
  hs.status = "Suspended"
end
return hs
