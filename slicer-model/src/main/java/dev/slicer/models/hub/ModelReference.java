package dev.slicer.models.hub;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Names a base model. Its {@link #toString} is what {@link #parse} reads. */
public sealed interface ModelReference {

    /** Multilingual BERT, cased (Devlin et al. 2019), which comes as a Maven artifact. */
    record Mbert() implements ModelReference {
        @Override
        public String toString() {
            return "mbert";
        }
    }

    /**
     * A repository of the HuggingFace hub.
     *
     * @param repository {@code organisation/name}, or {@code name} alone for the hub's oldest models
     * @param revision branch, tag or commit
     */
    record HuggingFace(String repository, String revision) implements ModelReference {
        static final String DEFAULT_REVISION = "main";
        private static final Pattern REPOSITORY = Pattern.compile("(?:[\\w][\\w.-]*/)?[\\w][\\w.-]*");
        private static final Pattern REVISION = Pattern.compile("[\\w][\\w.-]*(?:/[\\w][\\w.-]*)*");

        public HuggingFace {
            if (!REPOSITORY.matcher(repository).matches() || repository.contains("..")) {
                throw new IllegalArgumentException(
                        "'" + repository + "' is no HuggingFace repository: organisation/name");
            }
            if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
                throw new IllegalArgumentException("'" + revision + "' is no revision: a branch, tag or commit");
            }
        }

        @Override
        public String toString() {
            return PREFIX + repository + (revision.equals(DEFAULT_REVISION) ? "" : "@" + revision);
        }
    }

    /** A folder in HuggingFace's layout. */
    record Local(Path folder) implements ModelReference {
        @Override
        public String toString() {
            return folder.toString();
        }
    }

    String PREFIX = "hf:";

    /**
     * Reads {@code mbert}, {@code hf:organisation/name[@revision]} or the path of a folder.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static ModelReference parse(String reference) {
        if (reference.isBlank()) {
            throw new IllegalArgumentException(
                    "no base model named: mbert, hf:organisation/name[@revision] or a folder");
        }
        if (reference.equals("mbert")) {
            return new Mbert();
        }
        if (reference.startsWith(PREFIX)) {
            String repository = reference.substring(PREFIX.length());
            int at = repository.indexOf('@');
            return at < 0
                    ? new HuggingFace(repository, HuggingFace.DEFAULT_REVISION)
                    : new HuggingFace(repository.substring(0, at), repository.substring(at + 1));
        }
        return new Local(Path.of(reference));
    }
}
