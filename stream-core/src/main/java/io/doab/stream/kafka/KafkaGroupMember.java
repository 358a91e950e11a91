package io.doab.stream.kafka;

import java.time.Duration;
import java.util.function.Supplier;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.MemberIds;
import io.doab.stream.spi.OwnershipListener;

import org.apache.kafka.common.errors.UnsupportedVersionException;

import org.jspecify.annotations.Nullable;

/**
 * A member of a group over Kafka. It joins with the first poll, by the protocol that was
 * chosen then.
 */
final class KafkaGroupMember implements GroupMember {

	private final Supplier<GroupConsumer> opening;

	private final GroupProtocols protocols;

	private volatile @Nullable GroupConsumer joined;

	KafkaGroupMember(GroupSpec group, OwnershipListener listener, KafkaClients clients, KafkaGroupStore store,
			GroupProtocols protocols) {
		this.protocols = protocols;
		this.opening = () -> {
			String id = "doab-" + group.group() + "-" + MemberIds.next();
			return new GroupConsumer(store, listener, id,
					protocols.isConsumer(group.group()) ? clients.member(group, id) : clients.classicMember(group, id),
					clients);
		};
	}

	@Override
	public void poll(Duration timeout) {
		GroupConsumer member = this.joined;
		if (member == null) {
			member = this.opening.get();
			this.joined = member;
		}
		try {
			member.poll(timeout);
		}
		catch (FatalStreamException ex) {
			if (!(ex.getCause() instanceof UnsupportedVersionException unsupported)) {
				throw ex;
			}
			this.protocols.refused(unsupported);
			this.joined = null;
			member.close();
		}
	}

	@Override
	public void pause(int partition) {
		GroupConsumer member = this.joined;
		if (member != null) {
			member.pause(partition);
		}
	}

	@Override
	public void resume(int partition) {
		GroupConsumer member = this.joined;
		if (member != null) {
			member.resume(partition);
		}
	}

	@Override
	public void wakeup() {
		GroupConsumer member = this.joined;
		if (member != null) {
			member.wakeup();
		}
	}

	@Override
	public void close() {
		GroupConsumer member = this.joined;
		if (member != null) {
			member.close();
		}
	}

}
