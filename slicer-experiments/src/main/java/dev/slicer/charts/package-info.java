/**
 * Bar and line charts as SVG text, the same bytes for the same figures. It knows numbers and names, but not what they
 * stand for.
 */
package dev.slicer.charts;
