/**
 * Has the services forget documents, and says which topics still have them and until when.
 */
package dev.slicer.cli.forget;
