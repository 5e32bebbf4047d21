/**
 * The one JSON mapper, with its limits, and its errors in users' words. Types that are read with it are where they
 * belong.
 */
package dev.slicer.json;
