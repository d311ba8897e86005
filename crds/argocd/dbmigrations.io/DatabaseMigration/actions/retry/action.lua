-- Asks for the target once more, wherever the database is, as a new value of the annotation does. The
-- version of the resource is new each time, and the same for two who click at once.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["dbmigrations.io/retry"] = "argocd-" .. obj.metadata.resourceVersion
return obj
