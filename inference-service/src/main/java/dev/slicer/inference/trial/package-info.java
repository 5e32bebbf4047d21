/**
 * Documents for checkpoints that do not serve, and the one model beside the serving one that tags them. Streams and
 * transactions are the same as for all documents and stay in stream.
 */
package dev.slicer.inference.trial;
