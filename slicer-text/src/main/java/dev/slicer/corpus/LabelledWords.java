package dev.slicer.corpus;

import java.util.List;
import java.util.Map;

/**
 * What a file holds, labels as they stand in it.
 *
 * @param lineOfLabel of each label the first line that has it, in the order of lines
 */
record LabelledWords(List<Sentence> sentences, Map<String, Integer> lineOfLabel) {}
