/**
 * Which languages there are, and which one a text is in. Codes are those of ISO 639; nothing depends on a model of
 * ours.
 */
package dev.slicer.language;
