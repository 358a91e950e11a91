package io.doab.stream.engine;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.Origin;
import io.doab.stream.QueueContext;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.QueueRecord;

/**
 * Gathers what one call of a queue's handler emits. Belongs to the thread that runs it.
 */
final class QueueHandlerContext implements QueueContext {

	private final QueueRuntime runtime;

	private final QueueRecord delivery;

	private final Event<?> event;

	private final List<Append> appends = new ArrayList<>();

	private int derived;

	QueueHandlerContext(QueueRuntime runtime, QueueRecord delivery, Event<?> event) {
		this.runtime = runtime;
		this.delivery = delivery;
		this.event = event;
	}

	List<Append> appends() {
		return this.appends;
	}

	@Override
	public void emit(String stream, Event<?> emitted) {
		if (!this.runtime.definition().outputs().contains(stream)) {
			throw new IllegalArgumentException("Queue '" + this.runtime.name() + "' emits to '" + stream
					+ "', which it does not declare: add output(\"" + stream + "\")");
		}
		this.appends
			.add(new Append(this.runtime.partitions().of(stream, emitted.key()), this.runtime.codec().toWire(emitted)));
	}

	@Override
	public void emit(String stream, String type, Object data) {
		String id = EventIds.derive(this.event.id(), stream, type, String.valueOf(this.derived++));
		String trace = this.event.headers().get(HandlerContext.TRACE_PARENT);
		emit(stream,
				new Event<>(id, type, URI.create("urn:doab:" + this.runtime.name()),
						now().truncatedTo(ChronoUnit.MILLIS), this.event.key(), data,
						(trace != null) ? Map.of(HandlerContext.TRACE_PARENT, trace) : Map.of()));
	}

	@Override
	public int deliveryCount() {
		return this.delivery.deliveryCount();
	}

	@Override
	public Origin origin() {
		return origin(this.delivery);
	}

	@Override
	public Instant now() {
		return this.runtime.time().now();
	}

	static Origin origin(QueueRecord delivery) {
		return new Origin(delivery.partition().stream(), delivery.partition().partition(),
				delivery.record().position());
	}

}
