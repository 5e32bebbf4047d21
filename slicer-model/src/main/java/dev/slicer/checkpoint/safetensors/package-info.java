/**
 * Tensors in files, read and written. Never anything that could hold code, such as a pickle.
 */
package dev.slicer.checkpoint.safetensors;
