/** slicer completion: a shell's completion script, made from the commands' own descriptions. */
package dev.slicer.cli.completion;
