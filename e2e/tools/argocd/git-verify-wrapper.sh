#!/bin/sh
# Argo CD asks this for the signature of every revision, also where none is demanded. No output: not signed.
exit 0
