/**
 * Where the checkpoint that is to serve comes from: a folder, the topic of announcements or that of promotions. Loading
 * and serving are the model's.
 */
package dev.slicer.inference.checkpoints;
