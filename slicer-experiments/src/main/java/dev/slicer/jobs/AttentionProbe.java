package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.corpus.Corpus;
import java.nio.file.Path;

/** How much attention tokens put on themselves, as {@link SelfAttention#measure} finds it. */
@FunctionalInterface
public interface AttentionProbe {
    SelfAttentionShares measure(Path model, Corpus corpus, SelfAttention.Progress progress);
}
