/**
 * slicer promote and slicer rollback: a person's decision on which checkpoint is served, written to the topic of
 * checkpoint events. Which decisions are legal is dev.slicer.promotion's to say.
 */
package dev.slicer.cli.promotion;
