/**
 * Folders of this user and words for what goes wrong with files. Nothing that reads a format.
 */
package dev.slicer.io;
