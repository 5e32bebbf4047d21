/**
 * What users see: text, tables and figures on a terminal or in a file, exit codes, and failures that are told in a
 * sentence. Nothing here knows a command, a model or Kafka.
 */
package dev.slicer.cli.console;
