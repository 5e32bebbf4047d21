/**
 * The model that serves, how it is exchanged without a gap, and how it is made warm. Which checkpoint is to serve is
 * decided in checkpoints; no Kafka and no HTTP here.
 */
package dev.slicer.inference.model;
