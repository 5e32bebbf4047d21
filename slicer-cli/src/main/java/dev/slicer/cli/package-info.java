/**
 * The process: which commands there are, and what a failure comes to. Main assembles the commands and turns what they
 * end with into an exit code. Everything else of a command is in the package of its family, which only Main sees, and
 * what several families need is in console, home, engine and arguments. No command prints to System.out or ends the
 * process itself.
 */
package dev.slicer.cli;
