/** Keys by which services know their callers. A key is shown once and kept nowhere. */
package dev.slicer.cli.keys;
