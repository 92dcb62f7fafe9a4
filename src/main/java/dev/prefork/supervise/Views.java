package dev.prefork.supervise;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * What others may know of each slot, such that a copy for them is cheap: it shares all but what has changed since the last one.
 */
final class Views {
    private static final int CHUNK = 64;

    private Chunk[] chunks = {};

    /** Whether the array is a copy's too. */
    private boolean shared;

    /** Neighbours, some of which may be absent. Immutable. */
    private record Chunk(Snapshot.Worker[] views, int present) {
        static final Chunk EMPTY = new Chunk(new Snapshot.Worker[CHUNK], 0);

        Chunk with(int index, Snapshot.Worker view) {
            Snapshot.Worker[] changed = views.clone();
            int difference = (view == null ? 0 : 1) - (changed[index] == null ? 0 : 1);
            changed[index] = view;
            return new Chunk(changed, present + difference);
        }
    }

    /** From now on a slot is seen so, or not at all if that is null. */
    void set(int slot, Snapshot.Worker view) {
        int size = Math.max(chunks.length, slot / CHUNK + 1);
        if (shared || size > chunks.length) {
            int before = chunks.length;
            chunks = Arrays.copyOf(chunks, size);
            Arrays.fill(chunks, before, size, Chunk.EMPTY);
            shared = false;
        }
        chunks[slot / CHUNK] = chunks[slot / CHUNK].with(slot % CHUNK, view);
    }

    /** All of them that are seen, in order, as of now, and after them those of others. */
    List<Snapshot.Worker> list(Views... others) {
        if (Arrays.stream(others).allMatch(one -> one.chunks.length == 0)) {
            shared = true;
            return new Present(chunks);
        }
        return new Present(Stream.concat(Stream.of(this), Arrays.stream(others))
                .flatMap(one -> Arrays.stream(one.chunks))
                .toArray(Chunk[]::new));
    }

    /** Immutable. */
    static final class Present extends AbstractList<Snapshot.Worker> {
        private final Chunk[] chunks;

        private Present(Chunk[] chunks) {
            this.chunks = chunks;
        }

        @Override
        public Snapshot.Worker get(int index) {
            int rank = index;
            for (Chunk chunk : chunks) {
                if (rank >= 0 && rank < chunk.present) {
                    return chunk.present == CHUNK ? chunk.views[rank] : among(chunk, rank);
                }
                rank -= chunk.present;
            }
            throw new IndexOutOfBoundsException(index);
        }

        private static Snapshot.Worker among(Chunk chunk, int rank) {
            return Arrays.stream(chunk.views)
                    .filter(view -> view != null)
                    .skip(rank)
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public int size() {
            int size = 0;
            for (Chunk chunk : chunks) {
                size += chunk.present;
            }
            return size;
        }

        @Override
        public Iterator<Snapshot.Worker> iterator() {
            return new Iterator<>() {
                private int at = after(-1);

                @Override
                public boolean hasNext() {
                    return at < chunks.length * CHUNK;
                }

                @Override
                public Snapshot.Worker next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    Snapshot.Worker view = chunks[at / CHUNK].views[at % CHUNK];
                    at = after(at);
                    return view;
                }

                private int after(int last) {
                    int next = last + 1;
                    while (next < chunks.length * CHUNK && chunks[next / CHUNK].views[next % CHUNK] == null) {
                        next++;
                    }
                    return next;
                }
            };
        }
    }
}
