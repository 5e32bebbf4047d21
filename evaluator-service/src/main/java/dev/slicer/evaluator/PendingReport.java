package dev.slicer.evaluator;

import java.util.List;

/**
 * Labelled documents that no model has answered yet.
 *
 * @param groups one for each benchmark and language that has such documents
 */
record PendingReport(int documents, List<Group> groups) {
    /** @param firstIds the first of the documents' ids, as they are published */
    record Group(String benchmark, String language, int documents, List<String> firstIds) {}

    static PendingReport of(ScoreBoard board, int idsPerGroup) {
        List<Group> groups = board.coverage().entrySet().stream()
                .filter(entry -> entry.getValue().pending() > 0)
                .map(entry -> new Group(
                        entry.getKey().benchmark(),
                        entry.getKey().language(),
                        entry.getValue().pending(),
                        board.pending(entry.getKey(), idsPerGroup)))
                .toList();
        return new PendingReport(groups.stream().mapToInt(Group::documents).sum(), groups);
    }
}
