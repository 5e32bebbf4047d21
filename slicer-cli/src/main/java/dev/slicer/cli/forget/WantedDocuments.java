package dev.slicer.cli.forget;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The documents that are to be forgotten.
 *
 * @param ids as their senders gave them, or as labelled documents are tagged under
 * @param prefixes of such ids
 */
record WantedDocuments(Set<String> ids, Set<String> prefixes) {
    /** In front of benchmark, language and the sender's id, by which labelled documents are tagged. */
    private static final String LABELLED = "evaluation/";

    private static final int PARTS = 4;

    WantedDocuments {
        ids = Set.copyOf(ids);
        prefixes = Set.copyOf(prefixes);
        ids.forEach(WantedDocuments::requirePresent);
        prefixes.forEach(WantedDocuments::requirePresent);
        if (ids.isEmpty() && prefixes.isEmpty()) {
            throw new IllegalArgumentException("say which documents, with --document or --id-prefix");
        }
    }

    private static void requirePresent(String id) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("a document's id is not blank");
        }
    }

    /** Whether a record of that key is of one of them. */
    boolean include(byte[] key) {
        return key != null && include(new String(key, StandardCharsets.UTF_8));
    }

    boolean include(String id) {
        return isMeant(id) || ofSender(id).filter(this::isMeant).isPresent();
    }

    private boolean isMeant(String id) {
        return ids.contains(id) || prefixes.stream().anyMatch(id::startsWith);
    }

    /** The sender's part of the id that a labelled document is tagged under. */
    private static Optional<String> ofSender(String id) {
        String[] parts = id.split("/", PARTS);
        return isLabelled(id) ? Optional.of(parts[PARTS - 1]) : Optional.empty();
    }

    /** Whether it is the id that a labelled document is tagged under. */
    static boolean isLabelled(String id) {
        return id.startsWith(LABELLED) && id.split("/", PARTS).length == PARTS;
    }

    static String labelled(String benchmark, String language, String id) {
        return LABELLED + benchmark + "/" + language + "/" + id;
    }
}
