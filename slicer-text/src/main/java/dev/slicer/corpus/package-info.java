/**
 * Labelled corpora: formats of files, corpora by name, the bundled sample. What is read comes as sentences of words
 * with valid tags.
 */
package dev.slicer.corpus;
