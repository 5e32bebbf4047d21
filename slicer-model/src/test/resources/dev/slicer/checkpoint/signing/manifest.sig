{
  "payloadType" : "application/vnd.slicer.checkpoint-manifest.v1+json",
  "signatures" : [ {
    "keyid" : "sha256:06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9",
    "algorithm" : "Ed25519",
    "sig" : "2BOiY0YNQL++qYmcaIBNOx9v4Y1cFAPQmMfGjSU8016+k4vPUyvXDcagUKTBl7ZtJKyvZctBpxSWXBXzx9XwBQ=="
  } ]
}
