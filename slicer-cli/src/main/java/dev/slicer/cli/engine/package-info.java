/** The commands' way to a model: one interface, which tests replace. No options of the command line and no output. */
package dev.slicer.cli.engine;
