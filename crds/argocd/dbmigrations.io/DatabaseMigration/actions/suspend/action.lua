-- Nothing new begins; what runs is left to end.
obj.spec.suspend = true
return obj
