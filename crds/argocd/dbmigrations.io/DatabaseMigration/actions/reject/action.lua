-- Rejects the plan of that digest, as the annotation does: nobody waits for its approval any more. The
-- digest is a parameter, so that what somebody has read is what is rejected.
local digest = actionParams["digest"]
if not digest or #digest < 8 then
  error("digest: name the plan by 8 or more characters of status.plan.digest", 0)
end
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["dbmigrations.io/reject"] = digest
return obj
