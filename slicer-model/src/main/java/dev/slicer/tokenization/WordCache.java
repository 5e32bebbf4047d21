package dev.slicer.tokenization;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sub-tokens of words seen lately, in two generations: once the young one is full the old one is dropped and the young one
 * becomes old. A word asked for again moves to the young one, so that frequent words stay; reading takes no lock. Arrays
 * that go in and come out are never changed.
 */
final class WordCache {
    /** Answer for a word that is not here; a word without sub-tokens has another empty array. */
    static final int[] UNSEEN = new int[0];

    /** Longer words don't come again, and would make the bound on words no bound on memory. */
    private static final int MAX_LENGTH = 64;

    private final int wordsOfGeneration;
    private volatile Generations generations = new Generations(new ConcurrentHashMap<>(), Map.of());

    private record Generations(ConcurrentHashMap<String, int[]> young, Map<String, int[]> old) {}

    /** @param words the most words that are remembered */
    WordCache(int words) {
        this.wordsOfGeneration = Math.max(1, words / 2);
    }

    int[] get(String word) {
        Generations now = generations;
        int[] pieces = now.young.get(word);
        if (pieces != null) {
            return pieces;
        }
        pieces = now.old.getOrDefault(word, UNSEEN);
        if (pieces != UNSEEN) {
            put(word, pieces);
        }
        return pieces;
    }

    void put(String word, int[] pieces) {
        if (word.length() > MAX_LENGTH) {
            return;
        }
        Generations now = generations;
        now.young.put(word, pieces);
        if (now.young.mappingCount() >= wordsOfGeneration) {
            turn(now);
        }
    }

    private synchronized void turn(Generations full) {
        if (generations == full) {
            generations = new Generations(new ConcurrentHashMap<>(), full.young);
        }
    }

    int size() {
        Generations now = generations;
        return now.young.size() + now.old.size();
    }
}
