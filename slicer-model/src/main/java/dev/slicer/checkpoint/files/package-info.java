/**
 * What a folder of model files is made with: staged until it is whole, hashed, and told in users' words where it is
 * wrong. Knows no format.
 */
package dev.slicer.checkpoint.files;
