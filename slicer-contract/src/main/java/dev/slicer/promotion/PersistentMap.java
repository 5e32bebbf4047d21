package dev.slicer.promotion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sorted map that is never changed: one with an entry more shares all but a path from the root with the one before, so
 * that both stay usable and a step costs the logarithm of the size. A balanced search tree after Adelson-Velsky and Landis.
 */
final class PersistentMap<K extends Comparable<K>, V> {
    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(null);

    private final Node<K, V> root;

    /** @param left null where there is none, as {@code right} */
    private record Node<K extends Comparable<K>, V>(K key, V value, Node<K, V> left, Node<K, V> right, int height) {
        Node(K key, V value, Node<K, V> left, Node<K, V> right) {
            this(key, value, left, right, 1 + Math.max(heightOf(left), heightOf(right)));
        }

        static int heightOf(Node<?, ?> node) {
            return node == null ? 0 : node.height;
        }

        Node<K, V> with(Node<K, V> newLeft, Node<K, V> newRight) {
            return new Node<>(key, value, newLeft, newRight);
        }

        int lean() {
            return heightOf(left) - heightOf(right);
        }

        /** Of the same entries, where one side is higher by two at most. */
        Node<K, V> balanced() {
            if (lean() > 1) {
                return (left.lean() < 0 ? with(left.rotatedLeft(), right) : this).rotatedRight();
            }
            if (lean() < -1) {
                return (right.lean() > 0 ? with(left, right.rotatedRight()) : this).rotatedLeft();
            }
            return this;
        }

        private Node<K, V> rotatedLeft() {
            return right.with(with(left, right.left), right.right);
        }

        private Node<K, V> rotatedRight() {
            return left.with(left.left, with(left.right, right));
        }

        Node<K, V> last() {
            Node<K, V> last = this;
            while (last.right != null) {
                last = last.right;
            }
            return last;
        }
    }

    private PersistentMap(Node<K, V> root) {
        this.root = root;
    }

    @SuppressWarnings("unchecked")
    static <K extends Comparable<K>, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    Optional<V> get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return Optional.of(node.value);
            }
            node = order < 0 ? node.left : node.right;
        }
        return Optional.empty();
    }

    /** With this value of the key, whatever it had before. */
    PersistentMap<K, V> with(K key, V value) {
        return new PersistentMap<>(put(root, key, value));
    }

    PersistentMap<K, V> without(K key) {
        return get(key).isEmpty() ? this : new PersistentMap<>(remove(root, key));
    }

    /** The value of the greatest key. */
    Optional<V> last() {
        return root == null ? Optional.empty() : Optional.of(root.last().value);
    }

    /** In the order of their keys. */
    List<V> values() {
        List<V> values = new ArrayList<>();
        collect(root, values);
        return values;
    }

    private static <K extends Comparable<K>, V> void collect(Node<K, V> node, List<V> values) {
        if (node != null) {
            collect(node.left, values);
            values.add(node.value);
            collect(node.right, values);
        }
    }

    private static <K extends Comparable<K>, V> Node<K, V> put(Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(key, value, node.left, node.right);
        }
        return (order < 0
                        ? node.with(put(node.left, key, value), node.right)
                        : node.with(node.left, put(node.right, key, value)))
                .balanced();
    }

    private static <K extends Comparable<K>, V> Node<K, V> remove(Node<K, V> node, K key) {
        int order = key.compareTo(node.key);
        if (order != 0) {
            return (order < 0
                            ? node.with(remove(node.left, key), node.right)
                            : node.with(node.left, remove(node.right, key)))
                    .balanced();
        }
        if (node.left == null) {
            return node.right;
        }
        if (node.right == null) {
            return node.left;
        }
        Node<K, V> before = node.left.last();
        return new Node<>(before.key, before.value, remove(node.left, before.key), node.right).balanced();
    }
}
