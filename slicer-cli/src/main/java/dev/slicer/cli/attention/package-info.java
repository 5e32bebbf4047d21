/**
 * slicer attention: measures how much of their attention tokens put on themselves, as table, chart and gauges. The
 * measurement is in slicer-experiments.
 */
package dev.slicer.cli.attention;
