package io.doab.stream.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What goes to the server as a whole or not at all, and what comes back.
 */
class CommandBatchTests {

	private final ByteBuf sent = Unpooled.buffer();

	private static StatusOutput<String, byte[]> status() {
		return new StatusOutput<>(TextKeyCodec.INSTANCE);
	}

	@Test
	void wordsAreSentAsTheyAre() {
		CommandBatch batch = new CommandBatch();
		batch.add(status(), new byte[][] { RedisLink.bytes("SET") }, List.of(RedisLink.bytes("ké"), new byte[300]));
		batch.commands().getFirst().encode(this.sent);
		assertThat(this.sent.toString(StandardCharsets.UTF_8))
			.isEqualTo("*3\r\n$3\r\nSET\r\n$3\r\nké\r\n$300\r\n" + "\0".repeat(300) + "\r\n");
	}

	@Test
	void ofABatchWithACommandThatIsGivenUpNoneIsSent() {
		List<Consumer<RedisCommand<String, byte[], ?>>> ways = List.of(RedisCommand::cancel,
				(given) -> given.completeExceptionally(new IllegalStateException("too late")));
		for (Consumer<RedisCommand<String, byte[], ?>> way : ways) {
			for (int givenUp : List.of(0, 2)) {
				CommandBatch batch = new CommandBatch();
				batch.add(status(), RedisLink.bytes("MULTI"));
				batch.add(status(), RedisLink.bytes("DEL"), RedisLink.bytes("key"));
				var _ = batch.addLast(status(), RedisLink.bytes("PING"));
				way.accept(batch.commands().get(givenUp));
				assertThatIllegalStateException().isThrownBy(() -> batch.commands().get(1).encode(this.sent));
				assertThat(this.sent.isReadable()).isFalse();
			}
		}
	}

	@Test
	void aTransactionIsAppliedWhenEachOfItsCommandsHasAnswered() {
		CommitTransaction transaction = new CommitTransaction(commit());
		CommandOutput<?, ?, ?> exec = transaction.batch().commands().getLast().getOutput();
		exec.multi(3);
		assertThat(transaction.isApplied()).isFalse();
		exec.set(ByteBuffer.wrap(RedisLink.bytes("1-0")));
		exec.set(2);
		assertThat(transaction.isApplied()).as("a reply is missing").isFalse();
		exec.set(1);
		assertThat(transaction.isApplied()).isTrue();
		assertThat(transaction.defect()).isNull();
	}

	@Test
	void aTransactionOfWhichACommandIsMissingIsDefective() {
		CommitTransaction transaction = new CommitTransaction(commit());
		transaction.batch().commands().getLast().getOutput().multi(2);
		assertThat(transaction.isApplied()).isFalse();
		assertThat(transaction.defect()).isEqualTo("it executed 2 commands of 3");
	}

	/** Of three commands: an output, the checkpoint, the lease. */
	private static CommitContents commit() {
		Append append = new Append(new StreamPartition("out", 0), new WireEvent(Map.of(), null, new byte[1]));
		return CommitContents.of("group", 0, "member:1:nonce", 6_000, 1,
				new AtomicCommit(Map.of(), List.of(append), List.of(), List.of()), false);
	}

}
