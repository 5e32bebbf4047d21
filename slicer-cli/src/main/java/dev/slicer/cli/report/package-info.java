/**
 * slicer report: tables and charts of results files. What a report says is in slicer-experiments; this only writes it
 * where the user wants it.
 */
package dev.slicer.cli.report;
