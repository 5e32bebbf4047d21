/**
 * How a job that runs in this process is shown on the terminal, and how it ends when the process is asked to end. No options
 * and no job of any particular command.
 */
package dev.slicer.cli.jobs;
