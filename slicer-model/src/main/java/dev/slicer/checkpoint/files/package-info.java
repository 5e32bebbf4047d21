/**
 * What a folder of model files is made with and read through: staged until it is whole, hashed, hashed again as it is read, and told in
 * users' words where it is wrong. Knows no format.
 */
package dev.slicer.checkpoint.files;
