/**
 * slicer replay: feeds dead letters back to their topics, each once. Everything is in Kafka transactions; no document
 * is read or changed here.
 */
package dev.slicer.cli.replay;
