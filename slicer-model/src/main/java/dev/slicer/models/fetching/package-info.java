/**
 * How files of base models come here: where from, who is told, and what went wrong. Knows no format.
 */
package dev.slicer.models.fetching;
