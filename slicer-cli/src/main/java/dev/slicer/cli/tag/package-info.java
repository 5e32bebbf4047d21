/**
 * slicer tag: finds the entities of texts on this machine, and how they are printed. What a text is and where its
 * words end belongs to slicer-text.
 */
package dev.slicer.cli.tag;
