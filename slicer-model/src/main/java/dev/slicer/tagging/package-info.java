/**
 * Texts in, entities out, with a checkpoint that is loaded. Batches across callers are the services' concern.
 */
package dev.slicer.tagging;
