/**
 * Folders below which requests may name files, and nothing above or beside them. All names that come from outside go
 * through here.
 */
package dev.slicer.roots;
