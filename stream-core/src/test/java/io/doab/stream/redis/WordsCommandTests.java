package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class WordsCommandTests {

	private final ByteBuf sent = Unpooled.buffer();

	@Test
	void wordsAreSentAsTheyAre() {
		WordsCommand
			.of(new WordsCommand.Batch(), new StatusOutput<>(TextKeyCodec.INSTANCE),
					new byte[][] { RedisLink.bytes("SET") }, List.of(RedisLink.bytes("ké"), new byte[300]))
			.encode(this.sent);
		assertThat(this.sent.toString(StandardCharsets.UTF_8))
			.isEqualTo("*3\r\n$3\r\nSET\r\n$3\r\nké\r\n$300\r\n" + "\0".repeat(300) + "\r\n");
	}

	@Test
	void ofABatchWithACommandThatIsGivenUpNoneIsSent() {
		List<Consumer<RedisCommand<String, byte[], String>>> ways = List.of(RedisCommand::cancel,
				(given) -> given.completeExceptionally(new IllegalStateException("too late")),
				(given) -> new AsyncCommand<>(given).cancel(true));
		for (Consumer<RedisCommand<String, byte[], String>> way : ways) {
			WordsCommand.Batch own = new WordsCommand.Batch();
			WordsCommand<String> first = WordsCommand.of(own, new StatusOutput<>(TextKeyCodec.INSTANCE),
					RedisLink.bytes("MULTI"));
			WordsCommand<String> next = WordsCommand.of(own, new StatusOutput<>(TextKeyCodec.INSTANCE),
					RedisLink.bytes("DEL"), RedisLink.bytes("key"));
			way.accept(first);
			assertThatIllegalStateException().isThrownBy(() -> next.encode(this.sent));
			assertThat(this.sent.isReadable()).isFalse();
		}
	}

}
