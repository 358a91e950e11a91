package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

import io.doab.stream.DeadLetter;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.Partitioner;
import io.doab.stream.Position;
import io.doab.stream.Published;
import io.doab.stream.RedriveReport;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * Dead letters over a backend: appended to their stream first, removed when that is
 * stored.
 */
final class BackendDeadLetterQueue implements DeadLetterQueue {

	/** How many are read, appended and removed together. */
	private static final int PAGE = 100;

	private static final int LONGEST_PAGE = 1_000;

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final DeadLetterCodec codec;

	private final int maxRedrives;

	BackendDeadLetterQueue(StreamBackend backend, StreamCatalog catalog, EventCodec codec, int maxRedrives) {
		this.backend = backend;
		this.catalog = catalog;
		this.codec = new DeadLetterCodec(codec);
		this.maxRedrives = maxRedrives;
	}

	@Override
	public List<DeadLetter> list(String stream, int partition, @Nullable Position after, int limit) {
		if (limit < 1 || limit > LONGEST_PAGE) {
			throw new IllegalArgumentException("limit " + limit + " must be 1 to " + LONGEST_PAGE);
		}
		StreamPartition letters = letters(stream, partition);
		return this.backend.read(letters, after, limit)
			.stream()
			.map((record) -> this.codec.read(letters, record))
			.toList();
	}

	@Override
	public Published redrive(String stream, int partition, Position position) {
		StreamPartition letters = letters(stream, partition);
		StreamRecord letter = find(letters, position);
		Append back = back(stream, letter);
		Position stored = await(this.backend.append(back));
		this.backend.remove(letters, List.of(position));
		return new Published(back.target(), stored);
	}

	@Override
	public RedriveReport redrive(String stream, Predicate<DeadLetter> which, int limit) {
		int partitions = this.catalog.definition(stream).partitions();
		List<RedriveReport.Refusal> refused = new ArrayList<>();
		// One that fails again at once comes back behind the others while this still
		// goes on.
		Set<String> done = new HashSet<>();
		int redriven = 0;
		for (int partition = 0; partition < partitions; partition++) {
			StreamPartition letters = letters(stream, partition);
			Position after = null;
			List<StreamRecord> page = this.backend.read(letters, null, PAGE);
			while (!page.isEmpty() && redriven < limit) {
				redriven += redrive(stream, letters, page, which, limit - redriven, done, refused);
				after = page.getLast().position();
				page = this.backend.read(letters, after, PAGE);
			}
		}
		return new RedriveReport(redriven, refused);
	}

	private int redrive(String stream, StreamPartition letters, List<StreamRecord> page, Predicate<DeadLetter> which,
			int limit, Set<String> done, List<RedriveReport.Refusal> refused) {
		Map<Position, CompletableFuture<Position>> appended = new LinkedHashMap<>();
		try {
			for (StreamRecord record : page) {
				DeadLetter letter = this.codec.read(letters, record);
				if (appended.size() >= limit || done.contains(letter.event().id()) || !which.test(letter)) {
					continue;
				}
				try {
					appended.put(record.position(), this.backend.append(back(stream, record)));
					done.add(letter.event().id());
				}
				catch (InvalidEventException ex) {
					refused.add(new RedriveReport.Refusal(letter, Objects.requireNonNull(ex.getMessage())));
				}
			}
		}
		finally {
			// Also when the filter threw: what went back must not go back again.
			removeStored(letters, appended);
		}
		return appended.size();
	}

	/** Removes those that were appended, and then fails if one was not. */
	private void removeStored(StreamPartition letters, Map<Position, CompletableFuture<Position>> appended) {
		List<Position> stored = new ArrayList<>();
		StreamException failure = null;
		for (Map.Entry<Position, CompletableFuture<Position>> append : appended.entrySet()) {
			try {
				await(append.getValue());
				stored.add(append.getKey());
			}
			catch (StreamException ex) {
				failure = ex;
			}
		}
		if (!stored.isEmpty()) {
			this.backend.remove(letters, stored);
		}
		if (failure != null) {
			throw failure;
		}
	}

	@Override
	public void discard(String stream, int partition, Position position) {
		StreamPartition letters = letters(stream, partition);
		find(letters, position);
		this.backend.remove(letters, List.of(position));
	}

	private StreamPartition letters(String stream, int partition) {
		int partitions = this.catalog.definition(stream).partitions();
		if (partition < 0 || partition >= partitions) {
			throw new IllegalArgumentException(
					"Stream '" + stream + "' has partitions 0 to " + (partitions - 1) + ", and no " + partition);
		}
		String name = StreamDefinition.deadLetterOf(stream);
		this.catalog.declare(List.of(stream, name));
		return new StreamPartition(name, partition);
	}

	private StreamRecord find(StreamPartition letters, Position position) {
		return this.backend.read(letters, before(position), 1)
			.stream()
			.filter((record) -> record.position().equals(position))
			.findFirst()
			.orElseThrow(() -> new InvalidEventException(
					"There is no dead letter at " + position + " of partition " + letters.partition() + " of "
							+ letters.stream() + ": it was redriven or discarded, or is too old"));
	}

	private static Position before(Position position) {
		if (position.minor() == Position.NONE) {
			return Position.ofOffset(position.major() - 1);
		}
		return (position.minor() > 0) ? new Position(position.major(), position.minor() - 1)
				: new Position(Math.max(0, position.major() - 1), Long.MAX_VALUE);
	}

	private Append back(String stream, StreamRecord letter) {
		WireEvent event = this.codec.redriven(letter, this.maxRedrives);
		Map<String, String> told = letter.event().attributes();
		if (!stream.equals(told.get("dlstream"))) {
			throw new InvalidEventException("The dead letter at " + letter.position() + " came from "
					+ told.get("dlstream") + " and not from " + stream + ": it is not redriven");
		}
		int partitions = this.catalog.definition(stream).partitions();
		int partition = DeadLetterCodec.number(told.get("dlpartition"), -1);
		if (partition < 0 || partition >= partitions) {
			throw new InvalidEventException(
					"The dead letter at " + letter.position() + " names partition " + told.get("dlpartition") + "; "
							+ stream + " has 0 to " + (partitions - 1) + ": it is not redriven");
		}
		String key = event.key();
		// Raised meanwhile: the key is at home elsewhere, and so is its state.
		if (key != null && DeadLetterCodec.number(told.get("dlpartitions"), partitions) != partitions) {
			partition = Partitioner.partition(key, partitions);
		}
		return new Append(new StreamPartition(stream, partition), event);
	}

	private static Position await(CompletableFuture<Position> stored) {
		try {
			return stored.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof StreamException known) {
				throw known;
			}
			throw ex;
		}
	}

}
