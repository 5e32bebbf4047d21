/**
 * Options that several commands share, each in one class, and how their text is read. An option of one command only
 * stays with that command.
 */
package dev.slicer.cli.arguments;
