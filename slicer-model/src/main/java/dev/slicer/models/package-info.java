/**
 * Base models brought to this machine, from Maven, from the HuggingFace hub or from a folder, and converted where they
 * come in another format. Nothing is computed with them here.
 */
package dev.slicer.models;
