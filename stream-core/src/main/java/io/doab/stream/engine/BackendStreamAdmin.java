package io.doab.stream.engine;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.doab.stream.EventSearch;
import io.doab.stream.FoundEvent;
import io.doab.stream.GroupAdmin;
import io.doab.stream.SearchProgress;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamDescription;
import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.StreamBackend;

/**
 * Administration over a backend.
 */
final class BackendStreamAdmin implements StreamAdmin {

	private final StreamBackend backend;

	private final BackendAdmin admin;

	private final StreamCatalog catalog;

	private final EventCodec codec;

	private final EngineTime time;

	BackendStreamAdmin(StreamBackend backend, StreamCatalog catalog, EventCodec codec, EngineTime time) {
		this.backend = backend;
		this.admin = backend.admin();
		this.catalog = catalog;
		this.codec = codec;
		this.time = time;
	}

	@Override
	public List<String> streams() {
		return List.copyOf(new TreeSet<>(this.admin.logs().partitions().keySet()));
	}

	@Override
	public StreamDescription describe(String stream) {
		int partitions = partitions(this.admin, stream);
		return new StreamDescription(stream, this.catalog.known(stream).map(StreamDefinition::retention).orElse(null),
				this.admin.logs().describe(stream, partitions), new TreeSet<>(this.admin.groups().readersOf(stream)));
	}

	/**
	 * How many partitions a stream has.
	 * @throws IllegalArgumentException when there is none of that name
	 */
	static int partitions(BackendAdmin admin, String stream) {
		Integer partitions = admin.logs().partitions().get(stream);
		if (partitions == null) {
			throw new IllegalArgumentException("There is no stream '" + stream + "'. There are "
					+ new TreeSet<>(admin.logs().partitions().keySet()));
		}
		return partitions;
	}

	@Override
	public void create(StreamDefinition stream) {
		this.catalog.create(stream);
	}

	@Override
	public GroupAdmin groups() {
		return new BackendGroupAdmin(this.backend, this.time);
	}

	@Override
	public SearchProgress search(EventSearch search, Consumer<FoundEvent> found, Consumer<SearchProgress> progress) {
		return new LogSearch(search, this.codec, found, progress).run(this.admin);
	}

}
