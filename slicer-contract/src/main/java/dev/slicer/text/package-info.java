/**
 * Documents, words, entities and their offsets, and how texts are quoted in messages. Values only: nothing here finds
 * words or languages.
 */
package dev.slicer.text;
